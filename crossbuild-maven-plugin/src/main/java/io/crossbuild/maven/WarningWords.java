// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.QuotedPaths;
import io.crossbuild.event.Warning;
import java.util.stream.Collectors;

/** The words for warnings; what to do about one has a line of its own. */
final class WarningWords {
    private static final int SHOWN = 10;

    static final WordTable<Warning> WARNINGS = new WordTable<Warning>()
            .with(
                    Warning.ArchiveUnreachable.class,
                    w -> "The archive cannot be asked whether it has moved on: " + w.problem()
                            + "\nThe steps run with the package lists that the environment has")
            .with(
                    Warning.SlowQemu.class,
                    w -> "QEMU " + w.version() + " of '" + w.program()
                            + "' is used, which is slow without hardware acceleration:"
                            + " a newer one could not be downloaded: " + w.problem()
                            + "\nBuild once with the archive in reach, or install QEMU " + w.fastVersion()
                            + " or newer")
            .with(Warning.LayerDamaged.class, w -> "The layer of '" + w.step() + "' is damaged: " + w.damage())
            .with(Warning.LayerUnreadable.class, w -> "A layer is damaged: '" + w.metadata() + "' cannot be read")
            .with(
                    Warning.CacheLost.class,
                    w -> "The cache of '" + w.directory()
                            + "' held no file system that can be mounted: it is empty now")
            .with(
                    Warning.UntrustedPackagesRemoved.class,
                    w -> "Removed from apt's packages in a cache what the signed package lists do not vouch for: "
                            + EventWords.packages(w.count(), w.names()))
            .with(
                    Warning.InputLeftOut.class,
                    w -> "'" + w.input() + "' leaves out " + w.count() + " sockets, pipes or devices")
            .with(
                    Warning.NotLoadable.class,
                    w -> "'" + w.file() + "' cannot be loaded: " + w.problem()
                            + (w.chain().size() > 1 ? " (" + String.join(" -> ", w.chain()) + ")" : ""))
            .with(Warning.MoreNotLoadable.class, w -> w.count() + " more problems of this kind")
            .with(
                    Warning.LibraryConflict.class,
                    w -> "'" + w.name()
                            + "' is a different file for different addons, the first one loaded serves all: "
                            + w.candidates().stream()
                                    .map(c -> "'" + c.file() + "' for '" + c.addon() + "'")
                                    .collect(Collectors.joining(", ")))
            .with(
                    Warning.PackagesUnknown.class,
                    w -> "The manifest names no packages, as the guest's list of them is damaged: " + w.damage())
            .with(
                    Warning.ManifestUnreadable.class,
                    w -> "'" + w.manifest()
                            + "' cannot be read, so nothing that an earlier extraction wrote is removed: "
                            + w.problem())
            .with(
                    Warning.ChangedFilesKept.class,
                    w -> QuotedPaths.of(w.files()) + " in '" + w.targetRoot()
                            + "' changed since an earlier extraction wrote them,"
                            + " so they stay although this one does not have them"
                            + "\nDelete them if they are not needed")
            .with(
                    Warning.ForeignFilesReplaced.class,
                    w -> QuotedPaths.of(w.files()) + " in '" + w.targetRoot() + "' were there before and are replaced")
            .with(
                    Warning.ChangedFileKept.class,
                    w -> "'" + w.file() + "' is not as an extraction left it, so it stays as it is"
                            + "\nDelete it to get a new one")
            .with(
                    Warning.CopyUnchecked.class,
                    w -> "It cannot be checked how programs start from '" + w.targetRoot() + "': '" + w.file()
                            + "' may not be read")
            .with(Warning.CopyDiffers.class, WarningWords::copy);

    private WarningWords() {}

    private static String copy(Warning.CopyDiffers w) {
        AdviceKey key = w.moved() ? AdviceKey.ABSOLUTE_PATHS_OR_EMPTY_TARGET_ROOT : AdviceKey.EMPTY_TARGET_ROOT;
        int more = w.differences().size() - SHOWN;
        return "The loader does not find the same in '" + w.targetRoot() + "' as in the guest\n  "
                + w.differences().stream().limit(SHOWN).collect(Collectors.joining("\n  "))
                + (more > 0 ? "\n  and " + more + " more" : "")
                + "\n" + AdviceWords.of(key.advice());
    }
}
