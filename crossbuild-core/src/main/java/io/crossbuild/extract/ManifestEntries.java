// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.dpkg.InstalledPackage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the manifest says of the files of one extraction. */
final class ManifestEntries {
    private static final int FIVE_DIGITS = 010000;

    private final ExtractionOptions options;
    private final PreviousRun previous;
    private final Map<String, InstalledPackage> owners;
    // The files of a package have few different times, and texts of times take longer than all the rest.
    private final Map<Instant, String> times = new HashMap<>();

    /** @param owners packages by canonical guest path */
    ManifestEntries(ExtractionOptions options, PreviousRun previous, Map<String, InstalledPackage> owners) {
        this.options = options;
        this.previous = previous;
        this.owners = owners;
    }

    /**
     * One entry for each placed file.
     *
     * @param staged regular files by target path
     * @param hardLinks from the target path of each further name of a file to that of its first
     * @param texts what each link says, by target path
     */
    List<ManifestEntry> of(
            List<Placement> placements,
            Map<String, Staged> staged,
            Map<String, String> hardLinks,
            Map<String, String> texts) {
        List<ManifestEntry> entries = new ArrayList<>();
        for (Placement placement : placements) {
            PlannedFile file = placement.file();
            @Nullable String first = hardLinks.get(file.target());
            @Nullable Staged content = staged.get(first == null ? file.target() : first);
            @Nullable String text = texts.get(file.target());
            ManifestEntry.Type type = text != null
                    ? ManifestEntry.Type.link
                    : content != null ? ManifestEntry.Type.file : ManifestEntry.Type.directory;
            boolean isLink = type == ManifestEntry.Type.link;
            entries.add(new ManifestEntry(
                    file.target(),
                    type,
                    file.guest(),
                    type == ManifestEntry.Type.directory && !Commit.isOwn(placement, previous),
                    content == null ? null : content.sizeBytes(),
                    content == null ? null : content.digest().ofContent(),
                    content == null ? null : content.digest().ofDataOnly(),
                    isLink ? null : mode(file),
                    isLink ? null : modified(file),
                    first,
                    text,
                    new ManifestEntry.Reason(
                            file.cause().requester(),
                            file.cause().name(),
                            file.cause().rule()),
                    owner(owners.get(file.guest()))));
        }
        return entries;
    }

    /** Four octal digits. */
    private String mode(PlannedFile file) {
        return Integer.toOctalString(FIVE_DIGITS | HostAttributes.mode(file, options))
                .substring(1);
    }

    private String modified(PlannedFile file) {
        return times.computeIfAbsent(HostAttributes.modified(file, options.outputTimestamp()), Instant::toString);
    }

    private static ManifestEntry.@Nullable Owner owner(@Nullable InstalledPackage owner) {
        return owner == null ? null : new ManifestEntry.Owner(owner.name(), owner.version(), owner.architecture());
    }
}
