// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostDiskException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Phase;
import io.crossbuild.event.TerminalText;
import io.crossbuild.guest.Guest;
import io.crossbuild.io.DiskTrouble;
import io.crossbuild.io.LineSplitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Lets dpkg configure the unpacked packages. */
final class PackageConfiguration {
    private static final int TAIL_LINES = 20;

    private final Guest guest;
    private final Phase phase;
    private final BuildListener listener;

    /** @param count number of packages */
    PackageConfiguration(Guest guest, int count, BuildListener listener) {
        this.guest = guest;
        this.phase = new Phase.ConfigurePackages(count);
        this.listener = listener;
    }

    private static void write(Writer out, String line) {
        try {
            out.write(line + "\n");
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HostRequirementException logFailure(Path log, IOException e) {
        String reason = DiskTrouble.reason(e);
        return new HostRequirementException(
                "Cannot write '" + log + "': " + reason,
                DiskTrouble.in(reason).map(DiskTrouble::advice).orElseGet(AdviceKey.CHECK_PERMISSION::advice),
                e);
    }

    void run(Path log, Duration atMost) throws CrossbuildException, InterruptedException {
        Deque<String> tail = new ArrayDeque<>();
        String found;
        long start = System.nanoTime();
        listener.onEvent(new BuildEvent.PhaseStarted(phase));
        try (Writer out = Files.newBufferedWriter(log, StandardCharsets.UTF_8)) {
            Consumer<String> line = raw -> {
                String text = TerminalText.plain(raw);
                synchronized (tail) {
                    write(out, text);
                    if (tail.size() == TAIL_LINES) {
                        tail.removeFirst();
                    }
                    tail.addLast(text);
                }
                listener.onEvent(new BuildEvent.PhaseOutput(phase, BuildEvent.Stream.OUT, text));
            };
            int status = guest.configurePackages(LineSplitter.to(line), LineSplitter.to(line), atMost);
            found = status == 0 ? "" : "dpkg ended with status " + status;
        } catch (IOException e) {
            throw logFailure(log, e);
        } catch (UncheckedIOException e) {
            throw logFailure(log, Objects.requireNonNull(e.getCause()));
        } catch (HostDiskException e) {
            throw e.during("Configuring the environment's packages failed", log);
        } catch (TimeoutException e) {
            found = "dpkg did not end within " + atMost.toSeconds() + " s";
        }
        if (!found.isEmpty()) {
            throw new CrossbuildException(
                    "Configuring the environment's packages failed: " + found + " (expected 0)\n  "
                            + String.join("\n  ", tail),
                    AdviceKey.FIND_FAILED_PACKAGE.advice(),
                    log,
                    null);
        }
        listener.onEvent(new BuildEvent.PhaseFinished(phase, Duration.ofNanos(System.nanoTime() - start)));
    }
}
