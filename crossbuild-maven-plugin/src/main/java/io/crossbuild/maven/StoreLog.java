// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.event.TerminalText;
import io.crossbuild.spec.StoreItem;
import io.crossbuild.spec.StoreReport;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.apache.maven.plugin.logging.Log;

/** Describes the content of the store in Maven's log. */
final class StoreLog {
    private static final DateTimeFormatter DAY_AND_MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneId.systemDefault());
    private static final int NAME_LENGTH = 70;

    private final Log log;

    StoreLog(Log log) {
        this.log = log;
    }

    void inventory(Path home, List<StoreItem> items) {
        log.info("Store '" + home + "': " + bytes(items));
        for (StoreItem.Category category : StoreItem.Category.values()) {
            List<StoreItem> of =
                    items.stream().filter(i -> i.category() == category).toList();
            if (of.isEmpty()) {
                continue;
            }
            log.info("");
            log.info(category.text() + ": " + bytes(of));
            if (category == StoreItem.Category.DOWNLOAD) {
                log.info(line(bytes(of), newest(of), MavenWords.count(of.size(), "file")));
            } else {
                of.forEach(item -> log.info(line(item)));
            }
        }
    }

    void pruned(List<StoreItem> removed, boolean dryRun) {
        String verb = dryRun ? "Would remove" : "Removed";
        for (StoreItem.Category category : StoreItem.Category.values()) {
            List<StoreItem> of =
                    removed.stream().filter(i -> i.category() == category).toList();
            if (!of.isEmpty()) {
                log.info(verb + " of the " + category.text() + ": " + MavenWords.count(of.size(), "item") + ", "
                        + bytes(of));
                if (category != StoreItem.Category.DOWNLOAD) {
                    of.forEach(item -> log.info(line(item)));
                }
            }
        }
        log.info(removed.isEmpty() ? "Nothing to remove" : verb + " " + bytes(removed) + " in all");
    }

    void verified(StoreReport report) {
        for (StoreReport.Damaged damaged : report.damaged()) {
            log.warn("Damaged: " + TerminalText.visible(damaged.damage())
                    + (damaged.removed()
                            ? ""
                            : "\nA running build uses it, so it stays; the next build removes it and makes it again"));
        }
        if (!report.dropped().isEmpty()) {
            log.info("Removed " + MavenWords.count(report.dropped().size(), "saved machine")
                    + " without reading: the next machine boots and is saved again");
        }
        int total = report.sound().size() + report.damaged().size();
        String checked = "Checked " + MavenWords.count(total, "item") + ", " + bytes(report.sound()) + ": ";
        long removed =
                report.damaged().stream().filter(StoreReport.Damaged::removed).count();
        log.info(
                report.damaged().isEmpty()
                        ? checked + "all are as they were written"
                        : checked + report.damaged().size() + " damaged, " + removed
                                + " removed; they are made again when they are needed");
    }

    /** After a build, on one line. */
    void limited(List<StoreItem> removed, long limit) {
        if (!removed.isEmpty()) {
            log.info("Removed the least recently used layers (" + removed.size() + ", " + bytes(removed)
                    + "): all layers together may take " + MavenWords.bytes(limit));
        }
    }

    private static String line(StoreItem item) {
        String name = TerminalText.plain(item.name().lines().findFirst().orElse(""));
        String shown = name.length() > NAME_LENGTH ? name.substring(0, NAME_LENGTH - 3) + "..." : name;
        String state = item.inUse() ? " (in use)" : item.usable() ? "" : " (no longer usable)";
        return line(MavenWords.bytes(item.bytes()), item.lastUsed(), shown + state);
    }

    private static String line(String bytes, Instant lastUsed, String text) {
        return String.format(Locale.ROOT, "  %9s  %s  %s", bytes, DAY_AND_MINUTE.format(lastUsed), text);
    }

    private static Instant newest(List<StoreItem> items) {
        return items.stream().map(StoreItem::lastUsed).max(Instant::compareTo).orElse(Instant.EPOCH);
    }

    private static String bytes(List<StoreItem> items) {
        return MavenWords.bytes(items.stream().mapToLong(StoreItem::bytes).sum());
    }
}
