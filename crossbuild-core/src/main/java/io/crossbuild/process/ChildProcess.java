// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.process;

import io.crossbuild.io.PlainFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * A running program that does not outlive this JVM.
 *
 * <p>Its output goes to a log file, of which the last lines stay in memory. On Unix it dies with the JVM, whatever ends
 * the JVM, even SIGKILL; elsewhere a shutdown hook ends it. Safe for use by several threads.
 */
public final class ChildProcess implements AutoCloseable {
    /** The log of a child that floods it is cut off here; the tail continues. */
    private static final long MAX_LOG_CHARS = 64L << 20;

    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Process process;
    private final Path logFile;
    private final OutputTail tail = new OutputTail();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();

    private ChildProcess(Process process, Path logFile) {
        this.process = process;
        this.logFile = logFile;
    }

    /**
     * Starts a program.
     *
     * @throws IOException when the program or the log file cannot be opened
     */
    public static ChildProcess start(ChildCommand command) throws IOException {
        boolean guarded = ParentDeathGuard.isAvailable();
        Path program = Path.of(command.argv().get(0));
        if (guarded && program.isAbsolute() && !Files.isExecutable(program)) {
            throw new IOException("Cannot start '" + program + "': no such executable file");
        }
        Writer log =
                new BufferedWriter(new OutputStreamWriter(PlainFile.open(command.logFile()), StandardCharsets.UTF_8));
        try {
            ProcessBuilder builder = new ProcessBuilder(
                            guarded ? ParentDeathGuard.wrap(command.argv()) : command.argv())
                    .redirectErrorStream(true);
            builder.environment().putAll(command.env());
            if (command.directory() != null) {
                builder.directory(command.directory().toFile());
            }
            ChildProcess child = new ChildProcess(builder.start(), command.logFile());
            child.supervise(log, guarded);
            return child;
        } catch (IOException | RuntimeException e) {
            log.close();
            throw e;
        }
    }

    private void supervise(Writer log, boolean guarded) {
        LiveChildren.add(this);
        OutputStream lifeline = process.getOutputStream();
        if (!guarded) {
            closeQuietly(lifeline);
        }
        Thread pump = new Thread(() -> pump(log), "crossbuild-output-" + process.pid());
        pump.setDaemon(true);
        pump.start();
        Thread waiter = new Thread(() -> awaitEnd(lifeline, pump), "crossbuild-child-" + process.pid());
        waiter.setDaemon(true);
        waiter.start();
    }

    /** The last output is the most informative, so the end is reported only after it has been read. */
    private void awaitEnd(OutputStream lifeline, Thread pump) {
        try {
            int status = process.waitFor();
            LiveChildren.remove(this);
            closeQuietly(lifeline);
            // Bounded: a grandchild may keep the pipe open.
            pump.join(500);
            exit.complete(status);
        } catch (InterruptedException e) {
            exit.completeExceptionally(e);
        }
    }

    private void pump(Writer log) {
        try (log;
                InputStream in = process.getInputStream();
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            char[] buffer = new char[4096];
            long logged = 0;
            for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
                tail.append(java.nio.CharBuffer.wrap(buffer, 0, n));
                if (logged < MAX_LOG_CHARS && write(log, buffer, n)) {
                    logged += n;
                } else {
                    logged = MAX_LOG_CHARS;
                }
            }
        } catch (IOException e) {
            tail.append("(the output ends here: " + e.getMessage() + ")\n");
        }
    }

    /** A child whose log cannot be written, as on a full disk, continues: it would die if its pipe were not read. */
    private boolean write(Writer log, char[] buffer, int length) {
        try {
            log.write(buffer, 0, length);
            log.flush();
            return true;
        } catch (IOException e) {
            tail.append("(cannot write '" + logFile + "': " + e.getMessage() + ")\n");
            return false;
        }
    }

    /** The process that was started: the guard, if there is one. */
    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Completes with the exit status, 128 plus the signal's number after a signal, when the program has ended. */
    public CompletableFuture<Integer> onExit() {
        return exit.copy();
    }

    /**
     * Waits for the end of the program.
     *
     * @return the exit status, 128 plus the signal's number after a signal
     * @throws TimeoutException when it is still running at the deadline
     */
    public int waitFor(Deadline deadline) throws TimeoutException, InterruptedException {
        try {
            return exit.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The last lines of the output, at most 100. */
    public List<String> tail() {
        return tail.lines();
    }

    /** The file with the output. */
    public Path logFile() {
        return logFile;
    }

    /** Asks the program to end (SIGTERM on Unix); it may refuse. */
    public void terminate() {
        // Not process.destroy(): it also closes the streams, and the guard would take that for this JVM's end.
        process.toHandle().destroy();
    }

    /** Ends the program and everything that it started, at once. */
    public void kill() {
        // First list the children, then kill all: a child whose parent is gone can no longer be found.
        try (Stream<ProcessHandle> descendants = process.descendants()) {
            descendants.toList().forEach(ProcessHandle::destroyForcibly);
        } catch (UncheckedIOException | UnsupportedOperationException e) {
            // The list of processes cannot be read: the process itself can still be ended.
        }
        process.toHandle().destroyForcibly();
    }

    /** Kills it if it still runs, and waits a few seconds for its end. */
    @Override
    public void close() {
        if (exit.isDone()) {
            return;
        }
        kill();
        try {
            waitFor(Deadline.after(GRACE));
        } catch (TimeoutException e) {
            // The process is in an uninterruptible wait in the kernel; nothing more can be done.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeQuietly(OutputStream stream) {
        try {
            stream.close();
        } catch (IOException e) {
            // The other end is gone, which is the purpose of closing.
        }
    }
}
