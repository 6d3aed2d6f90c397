// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.TerminalText;
import io.crossbuild.event.Warning;
import io.crossbuild.guest.Guest;
import io.crossbuild.io.BoundedSink;
import io.crossbuild.io.LastLines;
import io.crossbuild.layer.StepState;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lets the guest remove packages from caches that apt must not use: apt installs any file of the right name and size
 * without checking its digest.
 */
final class ArchiveCheck {
    private static final long MAX_BYTES = 1 << 20;
    private static final Pattern REMOVED = Pattern.compile("(changed|odd|unlisted)\t(\\d{1,9})\t([^\t].*)");

    private final Guest guest;
    private final Duration atMost;
    private final BuildListener listener;

    ArchiveCheck(Guest guest, Duration atMost, BuildListener listener) {
        this.guest = guest;
        this.atMost = atMost;
        this.listener = listener;
    }

    /**
     * Checks the mounted caches. What has been checked is not read again while the guest runs: only lines of this build
     * change it.
     *
     * @param place for messages, such as {@code before line 3 of 'build.txt'}
     * @param before the state in which the next line starts; apt's configuration may depend on it
     */
    void run(String place, StepState before) throws CrossbuildException, InterruptedException {
        BoundedSink out = new BoundedSink(MAX_BYTES);
        BoundedSink err = new BoundedSink(MAX_BYTES);
        int status;
        try {
            status = guest.checkArchives(before.exports(), out, err, atMost);
        } catch (TimeoutException e) {
            throw failure(place, "it did not end within " + atMost.toSeconds() + " s (expected status 0)", err);
        }
        if (status != 0) {
            throw failure(place, "it ended with status " + status + " (expected 0)", err);
        }
        List<Removed> removed = new ArrayList<>();
        for (String line : text(out).lines().toList()) {
            Matcher matcher = REMOVED.matcher(line);
            if (!matcher.matches()) {
                throw failure(
                        place,
                        "it printed '" + TerminalText.visible(line) + "' (expected a list of removed files)",
                        err);
            }
            List<String> names = List.of(matcher.group(3).split("\t"));
            removed.add(new Removed(matcher.group(1), Integer.parseInt(matcher.group(2)), names));
        }
        tell(removed);
    }

    /** Files that were removed for one reason, with the names of some of them. */
    private record Removed(String reason, int count, List<String> names) {
        boolean isOutdated() {
            return reason.equals("unlisted");
        }
    }

    private void tell(List<Removed> removed) {
        List<Removed> wrong = removed.stream().filter(r -> !r.isOutdated()).toList();
        if (!wrong.isEmpty()) {
            listener.onEvent(new Warning.UntrustedPackagesRemoved(count(wrong), names(wrong)));
        }
        // Happens after every change of the archive, so this is no warning.
        List<Removed> outdated = removed.stream().filter(Removed::isOutdated).toList();
        if (!outdated.isEmpty()) {
            listener.onEvent(new BuildEvent.OutdatedPackagesRemoved(count(outdated), names(outdated)));
        }
    }

    private static int count(List<Removed> removed) {
        return removed.stream().mapToInt(Removed::count).sum();
    }

    private static List<String> names(List<Removed> removed) {
        return removed.stream().flatMap(r -> r.names().stream()).toList();
    }

    private static CrossbuildException failure(String place, String found, BoundedSink err) {
        List<String> lines = text(err).lines().map(TerminalText::plain).toList();
        return new CrossbuildException(
                "Checking apt's packages in a cache " + place + " failed: " + found + LastLines.indented(lines),
                AdviceKey.CORRECT_CACHE_CHECK.advice());
    }

    private static String text(BoundedSink sink) {
        return new String(sink.bytes(), StandardCharsets.UTF_8);
    }
}
