// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ssh;

import io.crossbuild.process.Deadline;
import io.crossbuild.spec.UserTerminal;
import io.crossbuild.ssh.SshException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.SSHException;
import net.schmizz.sshj.connection.channel.direct.Session;
import net.schmizz.sshj.connection.channel.direct.Signal;
import net.schmizz.sshj.transport.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * One interactive command, on its own channel. sshj's calls block regardless of a deadline, so they run on separate
 * threads and the caller waits for their result.
 */
final class RemoteExec {
    private static final Map<Signal, Integer> SIGNAL_NUMBERS = Map.ofEntries(
            Map.entry(Signal.HUP, 1),
            Map.entry(Signal.INT, 2),
            Map.entry(Signal.QUIT, 3),
            Map.entry(Signal.ILL, 4),
            Map.entry(Signal.ABRT, 6),
            Map.entry(Signal.FPE, 8),
            Map.entry(Signal.KILL, 9),
            Map.entry(Signal.USR1, 10),
            Map.entry(Signal.SEGV, 11),
            Map.entry(Signal.USR2, 12),
            Map.entry(Signal.PIPE, 13),
            Map.entry(Signal.ALRM, 14),
            Map.entry(Signal.TERM, 15));

    private static final long ROOM_POLL_MILLIS = 2;

    private final SSHClient client;
    private final String command;
    private final UserTerminal terminal;
    private final CompletableFuture<Integer> result = new CompletableFuture<>();
    private volatile @Nullable Session session;

    RemoteExec(SSHClient client, String command, UserTerminal terminal) {
        this.client = client;
        this.command = command;
        this.terminal = terminal;
    }

    int run(Deadline deadline) throws IOException, InterruptedException {
        start("crossbuild-ssh-exec", this::exec);
        try {
            return result.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            start("crossbuild-ssh-abort", this::abort);
            throw new SshException(Reason.TIMED_OUT, "The command did not end within " + deadline, e);
        } catch (InterruptedException e) {
            start("crossbuild-ssh-abort", this::abort);
            throw e;
        } catch (ExecutionException e) {
            start("crossbuild-ssh-abort", this::abort);
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof SSHException) {
                throw new SshException(
                        Reason.CONNECTION_LOST, "The connection to the guest ended: " + describe(cause), cause);
            }
            throw new IOException(describe(cause), cause);
        }
    }

    private void exec() {
        attempt(() -> {
            try (Session opened = client.startSession()) {
                session = opened;
                // The failure is reported before the channel is closed, since closing waits for the guest.
                attempt(() -> result.complete(exec(opened)));
            }
        });
    }

    private int exec(Session opened) throws IOException {
        allocateTerminal(opened);
        terminal.begin();
        Session.Command running = opened.exec(command);
        CompletableFuture<Void> errorsRead = new CompletableFuture<>();
        start(
                "crossbuild-ssh-err",
                () -> attempt(() -> {
                    drain(running.getErrorStream(), terminal.errors());
                    errorsRead.complete(null);
                }));
        start("crossbuild-ssh-in", () -> feed(running));
        drain(running.getInputStream(), terminal.output());
        running.join();
        // When the other sink failed, there is already a result.
        CompletableFuture.anyOf(errorsRead, result).exceptionally(e -> null).join();
        return status(running);
    }

    private void allocateTerminal(Session opened) throws IOException {
        Optional<UserTerminal.Screen> screen = terminal.screen();
        if (screen.isEmpty()) {
            return;
        }
        UserTerminal.Size size = screen.get().size();
        opened.allocatePTY(screen.get().type(), size.columns(), size.rows(), 0, 0, Map.of());
        terminal.onResize(now -> {
            try {
                ((Session.Shell) opened).changeWindowDimensions(now.columns(), now.rows(), 0, 0);
            } catch (TransportException e) {
                // The connection has ended, so the size no longer matters.
            }
        });
    }

    private interface Work {
        void run() throws IOException;
    }

    /** The first failure in any of the threads is the failure of the whole. */
    private void attempt(Work work) {
        try {
            work.run();
        } catch (IOException | RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }

    /**
     * Never writes more than the guest has announced room for: sshj's stream would wait for room while it holds a lock
     * that sshj's reader needs to report the channel's end, and both would hang.
     */
    private void feed(Session.Command running) {
        byte[] buffer = new byte[16 << 10];
        try (OutputStream stdin = running.getOutputStream()) {
            for (int n = 0; n >= 0 && running.isOpen(); ) {
                long room = Math.min(running.getRemoteWinSize(), running.getRemoteMaxPacketSize());
                if (room > 0) {
                    n = terminal.input().read(buffer, 0, (int) Math.min(room, buffer.length));
                    stdin.write(buffer, 0, Math.max(n, 0));
                    stdin.flush();
                } else {
                    Thread.sleep(ROOM_POLL_MILLIS);
                }
            }
        } catch (IOException | InterruptedException e) {
            // A command may end without having read all of its input; that is no error. When the connection is lost,
            // the readers notice.
        }
    }

    private static void drain(InputStream in, OutputStream to) throws IOException {
        byte[] buffer = new byte[16 << 10];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            to.write(buffer, 0, n);
            to.flush();
        }
    }

    private static int status(Session.Command ended) throws SSHException {
        Integer status = ended.getExitStatus();
        if (status != null) {
            return status;
        }
        Signal signal = ended.getExitSignal();
        if (signal == null) {
            throw new SSHException("the command's channel was closed without an exit status");
        }
        return 128 + SIGNAL_NUMBERS.getOrDefault(signal, 0);
    }

    private void abort() {
        Session opened = session;
        if (opened != null) {
            try (opened) {
                if (opened instanceof Session.Command running) {
                    running.signal(Signal.KILL);
                }
            } catch (IOException e) {
                // The connection is gone, and so is the command.
            }
        }
    }

    private static String describe(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.toString() : message;
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
