// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostDiskException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Phase;
import io.crossbuild.event.TerminalText;
import io.crossbuild.guest.Guest;
import io.crossbuild.io.LineSplitter;
import io.crossbuild.io.OutputLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Lets dpkg configure the unpacked packages. */
final class PackageConfiguration {
    private static final String FAILED = "Configuring the environment's packages failed";

    private final Guest guest;
    private final Phase phase;
    private final BuildListener listener;

    /** @param count number of packages */
    PackageConfiguration(Guest guest, int count, BuildListener listener) {
        this.guest = guest;
        this.phase = new Phase.ConfigurePackages(count);
        this.listener = listener;
    }

    /**
     * Configures the packages.
     *
     * @param logDirectory for install.log, which receives everything that dpkg prints
     * @param maxLogBytes up to this size
     */
    void run(Path logDirectory, long maxLogBytes, Duration atMost)
            throws CrossbuildException, IOException, InterruptedException {
        long start = System.nanoTime();
        listener.onEvent(new BuildEvent.PhaseStarted(phase));
        try (OutputLog log = OutputLog.open(logDirectory, "install.log", maxLogBytes)) {
            String found = configure(log, atMost);
            if (!found.isEmpty()) {
                throw new CrossbuildException(
                        FAILED + ": " + found + " (expected 0)" + log.tail().indented(),
                        AdviceKey.FIND_FAILED_PACKAGE.advice(),
                        log.file(),
                        null);
            }
        }
        listener.onEvent(new BuildEvent.PhaseFinished(phase, Duration.ofNanos(System.nanoTime() - start)));
    }

    /** What went wrong; empty if nothing did. */
    private String configure(OutputLog log, Duration atMost) throws CrossbuildException, InterruptedException {
        Consumer<String> line = raw -> {
            String text = TerminalText.plain(raw);
            log.line(text);
            listener.onEvent(new BuildEvent.PhaseOutput(phase, BuildEvent.Stream.OUT, text));
        };
        try {
            int status = guest.configurePackages(LineSplitter.to(line), LineSplitter.to(line), atMost);
            return status == 0 ? "" : "dpkg ended with status " + status;
        } catch (UncheckedIOException e) {
            throw log.failure(Objects.requireNonNull(e.getCause()));
        } catch (HostDiskException e) {
            throw e.during(FAILED, log.file());
        } catch (TimeoutException e) {
            return "dpkg did not end within " + atMost.toSeconds() + " s";
        }
    }
}
