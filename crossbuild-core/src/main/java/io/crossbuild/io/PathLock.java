// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A lock on a file that at most one holder at a time has, among all processes on this host. It ends with {@link #close}
 * or with the process. The file stays; it contains the process id of the last holder.
 *
 * <p>A lock does not belong to a thread: any thread may close it, and a thread that already holds it waits for itself
 * when it requests it again.
 */
public final class PathLock implements AutoCloseable {
    /** Far after the content: on Windows a locked range cannot be read, and waiting processes read the process id. */
    private static final long LOCKED_BYTE = 1L << 30;

    private static final Duration POLL = Duration.ofMillis(50);

    /** A file lock is valid for the whole JVM and a second one is an error, so threads queue here first. */
    private static final ConcurrentHashMap<Path, Turn> TURNS = new ConcurrentHashMap<>();

    private final Path file;
    private final Turn turn;
    private final FileChannel channel;
    private boolean closed;

    private PathLock(Path file, Turn turn, FileChannel channel) {
        this.file = file;
        this.turn = turn;
        this.channel = channel;
    }

    /** Is called, at most once per lock, when the lock is already held. */
    @FunctionalInterface
    public interface WaitListener {
        /** @param holder the holder's process id, if it can be found out */
        void waiting(Path file, OptionalLong holder);
    }

    private static final class Turn {
        private final Semaphore free = new Semaphore(1, true);
        private int users;
    }

    /** The lock, or its holder. */
    private record Attempt(@Nullable PathLock lock, OptionalLong holder) {}

    /**
     * Waits for the lock.
     *
     * @param file the file to lock; it is created if it does not exist, its directory is not
     * @throws IOException also when the file is a symbolic link
     * @throws CrossbuildException when it was held elsewhere for the whole time
     */
    public static PathLock acquire(Path file, Duration atMost, WaitListener listener)
            throws IOException, CrossbuildException, InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        Path key = file.toAbsolutePath().normalize();
        Attempt attempt = attempt(key, 0);
        if (attempt.lock() == null) {
            listener.waiting(file, attempt.holder());
        }
        while (attempt.lock() == null) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                OptionalLong holder = attempt.holder();
                throw new CrossbuildException(
                        "Cannot lock '" + file + "': another build"
                                + (holder.isPresent() ? " (process " + holder.getAsLong() + ")" : "")
                                + " has held it for " + atMost.toSeconds() + " s",
                        AdviceKey.WAIT_FOR_BUILD.advice());
            }
            attempt = attempt(key, Math.min(left, POLL.toNanos()));
        }
        return attempt.lock();
    }

    /** Takes the lock if it is free. */
    public static Optional<PathLock> tryAcquire(Path file) throws IOException {
        Path key = file.toAbsolutePath().normalize();
        Turn turn = enter(key);
        if (!turn.free.tryAcquire()) {
            leave(key);
            return Optional.empty();
        }
        return Optional.ofNullable(lockFile(key, turn).lock());
    }

    private static Attempt attempt(Path key, long waitNanos) throws IOException, InterruptedException {
        Turn turn = enter(key);
        boolean mine = false;
        try {
            mine = turn.free.tryAcquire(waitNanos, TimeUnit.NANOSECONDS);
        } finally {
            if (!mine) {
                leave(key);
            }
        }
        if (!mine) {
            return new Attempt(null, OptionalLong.of(ProcessHandle.current().pid()));
        }
        Attempt attempt = lockFile(key, turn);
        if (attempt.lock() == null && waitNanos > 0) {
            // Another process has it, and only trying again shows when it is free.
            Thread.sleep(TimeUnit.NANOSECONDS.toMillis(waitNanos) + 1);
        }
        return attempt;
    }

    /**
     * Tries to lock the file for the holder of a turn. Only the holder may open and close the file: closing any
     * descriptor of it releases all locks that this process has on it (fcntl(2)).
     */
    private static Attempt lockFile(Path key, Turn turn) throws IOException {
        boolean held = false;
        FileChannel channel = null;
        try {
            channel = open(key);
            if (!lockRange(channel)) {
                return new Attempt(null, readHolder(channel));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            held = true;
            return new Attempt(new PathLock(key, turn, channel), OptionalLong.empty());
        } finally {
            if (!held) {
                if (channel != null) {
                    channel.close();
                }
                turn.free.release();
                leave(key);
            }
        }
    }

    /** Never through a link: locking writes to the file. */
    private static FileChannel open(Path key) throws IOException {
        if (Files.isSymbolicLink(key)) {
            throw new FileSystemException(key.toString(), null, "it is a symbolic link (expected a file)");
        }
        return FileChannel.open(
                key,
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean lockRange(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
            return lock != null;
        } catch (OverlappingFileLockException e) {
            // Held by code of another class loader in this JVM.
            return false;
        }
    }

    private static Turn enter(Path key) {
        return TURNS.compute(key, (k, old) -> {
            Turn turn = old == null ? new Turn() : old;
            turn.users++;
            return turn;
        });
    }

    private static void leave(Path key) {
        TURNS.computeIfPresent(key, (k, turn) -> --turn.users == 0 ? null : turn);
    }

    private static OptionalLong readHolder(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(20);
        channel.read(text, 0);
        try {
            return OptionalLong.of(
                    Long.parseLong(new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).strip()));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** The locked file. */
    public Path file() {
        return file;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            channel.close();
        } catch (IOException e) {
            // The descriptor is closed in any case, and the lock with it.
            return;
        } finally {
            turn.free.release();
            leave(file);
        }
    }
}
