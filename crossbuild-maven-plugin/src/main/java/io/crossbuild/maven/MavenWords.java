// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.BuildSummary;
import io.crossbuild.ExtractionSummary;
import io.crossbuild.InstalledEnvironment;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.TerminalText;
import io.crossbuild.event.Warning;
import io.crossbuild.spec.EnvironmentSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.maven.plugin.logging.Log;

/** Describes what happens in Maven's log. Safe for use by several threads, like Maven's log. */
final class MavenWords implements BuildListener {
    private final Log log;
    private final BuildListener transfers;

    /** @param transfers receives the transfers, which Maven logs separately */
    MavenWords(Log log, BuildListener transfers) {
        this.log = log;
        this.transfers = transfers;
    }

    @Override
    public void onEvent(BuildEvent event) {
        if (event instanceof BuildEvent.Transfer) {
            transfers.onEvent(event);
        } else if (event instanceof Warning warning) {
            WarningWords.WARNINGS.of(warning).lines().forEach(line -> log.warn(TerminalText.plain(line)));
        } else if (log.isInfoEnabled()) {
            EventWords.EVENTS.of(event).lines().forEach(line -> log.info(TerminalText.plain(line)));
        }
    }

    void building(Path buildFile, EnvironmentSpec environment) {
        log.info("Building '" + buildFile + "' in " + environment.text());
    }

    void installing(EnvironmentSpec environment) {
        log.info("Installing environment " + environment.text());
    }

    void extracting(Path targetRoot) {
        log.info("Extracting to '" + targetRoot + "'");
    }

    void installed(InstalledEnvironment environment) {
        log.info((environment.installedNow() ? "Installed" : "Already installed:") + " environment "
                + environment.spec().text() + ": " + count(environment.packageCount(), "package") + ", "
                + bytes(environment.bytes()) + " in '" + environment.directory() + "'");
    }

    void uninstalled(EnvironmentSpec spec, List<InstalledEnvironment> removed) {
        if (removed.isEmpty()) {
            log.info("No environment " + spec.text() + " is installed");
        }
        for (InstalledEnvironment environment : removed) {
            log.info("Removed environment " + environment.spec().text() + ": " + bytes(environment.bytes()));
        }
    }

    void built(BuildSummary summary) {
        log.info("Built in " + elapsed(summary.elapsed()) + ": " + count(summary.steps(), "step") + ", "
                + summary.stepsRun() + " run, " + (summary.steps() - summary.stepsRun()) + " from the store");
        extracted(summary.extraction());
    }

    void extracted(ExtractionSummary summary) {
        log.info((summary.upToDate() ? "Up to date: " : "Extracted ") + count(summary.files(), "file") + ", "
                + bytes(summary.bytes()) + (summary.upToDate() ? " in '" : " to '") + summary.targetRoot() + "'"
                + (summary.removed() == 0
                        ? ""
                        : "; removed " + count(summary.removed(), "file") + " of an earlier extraction"));
        if (!summary.left().isEmpty()) {
            log.info("Not extracted, but may be opened at run time: "
                    + summary.left().stream()
                            .map(g -> g.group().text() + " (" + g.entries() + ")")
                            .collect(Collectors.joining(", "))
                    + "; -Dcrossbuild.include extracts them");
        }
    }

    static String count(long n, String what) {
        StringBuilder digits = new StringBuilder().append(n);
        for (int at = digits.length() - 3; at > 0; at -= 3) {
            digits.insert(at, ',');
        }
        return digits + " " + what + (n == 1 ? "" : "s");
    }

    /** Decimal units, like Maven's own transfers. */
    static String bytes(long n) {
        if (n < 1000) {
            return n + " B";
        }
        String units = "kMGT";
        double value = n / 1000.0;
        int unit = 0;
        while (value >= 999.95 && unit < units.length() - 1) {
            value /= 1000;
            unit++;
        }
        return withTenths(value) + " " + units.charAt(unit) + "B";
    }

    /** Like %.1f, which takes a cold JVM 10 ms. */
    private static String withTenths(double value) {
        long tenths = Math.round(value * 10);
        return tenths / 10 + "." + tenths % 10;
    }

    static String elapsed(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 10) {
            return withTenths(time.toMillis() / 1000.0) + " s";
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        return time.toHours() > 0
                ? time.toHours() + " h " + time.toMinutesPart() + " min"
                : time.toMinutes() + " min " + time.toSecondsPart() + " s";
    }
}
