// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.closure.InstalledPackage;
import io.crossbuild.extract.manifest.ManifestEntry;
import io.crossbuild.extract.manifest.PreviousFiles;
import io.crossbuild.extract.plan.PlannedFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the manifest's entries for the files of one extraction. */
final class ManifestEntries {
    private static final int FIVE_DIGITS = 010000;

    private final KeptAttributes kept;
    private final PreviousFiles previous;
    private final Map<String, InstalledPackage> owners;
    // The files of a package have few different times, and formatting times takes longer than everything else.
    private final Map<Instant, String> times = new HashMap<>();

    /** @param owners packages by canonical guest path */
    ManifestEntries(KeptAttributes kept, PreviousFiles previous, Map<String, InstalledPackage> owners) {
        this.kept = kept;
        this.previous = previous;
        this.owners = owners;
    }

    /**
     * One entry for each placed file.
     *
     * @param contents of regular files, by target path
     */
    List<ManifestEntry> of(PlacedFiles placed, Map<String, Staged> contents) {
        List<ManifestEntry> entries = new ArrayList<>();
        for (Placement placement : placed.placements()) {
            PlannedFile file = placement.file();
            @Nullable String first = placed.hardLinks().get(file.target());
            @Nullable Staged content = contents.get(first == null ? file.target() : first);
            @Nullable String text = placed.texts().get(file.target());
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
                            file.reason().requester(),
                            file.reason().name(),
                            file.reason().rule()),
                    owner(owners.get(file.guest()))));
        }
        return entries;
    }

    /** Four octal digits. */
    private String mode(PlannedFile file) {
        return Integer.toOctalString(FIVE_DIGITS | kept.mode(file)).substring(1);
    }

    private String modified(PlannedFile file) {
        return times.computeIfAbsent(kept.modified(file), Instant::toString);
    }

    private static ManifestEntry.@Nullable Owner owner(@Nullable InstalledPackage owner) {
        return owner == null ? null : new ManifestEntry.Owner(owner.name(), owner.version(), owner.architecture());
    }
}
