// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static io.crossbuild.event.TerminalText.visible;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.event.TerminalText;
import io.crossbuild.event.Warning;
import java.util.List;
import java.util.stream.Collectors;

/** The words for warnings; advice is on a separate line. */
final class WarningWords {
    private static final int SHOWN = 10;

    static final WordTable<Warning> WARNINGS = new WordTable<Warning>()
            .with(
                    Warning.ArchiveUnreachable.class,
                    w -> "Could not check the archive for a new release: " + w.problem()
                            + "\nThe steps run with the environment's present package lists")
            .with(
                    Warning.UpdatesUnreachable.class,
                    w -> "Could not read '" + w.suite() + "', so packages are installed without its updates: "
                            + w.problem()
                            + "\nName a mirror that has them with -Dcrossbuild.securityMirror or -Dcrossbuild.mirror,"
                            + " or do without them: -Dcrossbuild.securityUpdates=false")
            .with(
                    Warning.IndexOld.class,
                    w -> "The mirror's index of '" + w.suite() + "' was made at " + w.date() + ", more than "
                            + w.limit().toDays() + " days ago"
                            + "\nThe mirror may no longer be updated: use a different one,"
                            + " or set -Dcrossbuild.maxIndexAge if the release no longer changes")
            .with(
                    Warning.SlowQemu.class,
                    w -> "Using QEMU " + w.version() + " in '" + w.program()
                            + "', which is slow without hardware acceleration:"
                            + " could not download a newer one: " + w.problem()
                            + "\nBuild once while the archive can be reached, or install QEMU " + w.fastVersion()
                            + " or newer")
            .with(
                    Warning.AcceleratorFailed.class,
                    w -> "The machine did not boot with the accelerator '" + w.accelerator()
                            + "', so the slower 'tcg' is used: " + w.problem()
                            + "\n'" + w.accelerator() + "' is tried again after a day. To try it at once, set"
                            + " -Dcrossbuild.accelerator=" + w.accelerator())
            .with(
                    Warning.JvmTranslated.class,
                    w -> "This JDK is made for Intel processors and runs under Rosetta, so "
                            + w.guest().debianName()
                            + " is the default of -Dcrossbuild.arch; this Mac has to emulate it"
                            + "\nUse a JDK for Apple's processors (aarch64), or set -Dcrossbuild.arch=arm64")
            .with(
                    Warning.StoreDamaged.class,
                    w -> "Removed from the store because it is damaged: " + w.damage()
                            + "\nIt is made again when it is needed; mvn crossbuild:verify-store checks everything else")
            .with(Warning.LayerDamaged.class, w -> "The layer of '" + w.step() + "' is damaged: " + w.damage())
            .with(Warning.LayerUnreadable.class, w -> "A layer is damaged: '" + w.metadata() + "' cannot be read")
            .with(
                    Warning.CacheLost.class,
                    w -> "The cache of '" + w.directory()
                            + "' had no file system that could be mounted: its content is lost")
            .with(
                    Warning.CacheTooLarge.class,
                    w -> "Emptied the cache of '" + w.directory() + "', which took " + MavenWords.bytes(w.bytes())
                            + ": all caches of a build may take " + MavenWords.bytes(w.limitBytes())
                            + (w.otherBytes() == 0 ? "" : ", and the others take " + MavenWords.bytes(w.otherBytes()))
                            + "\n-Dcrossbuild.maxCacheSize allows more")
            .with(
                    Warning.UntrustedPackagesRemoved.class,
                    w -> "Removed packages from a cache of apt that do not match the signed package lists: "
                            + EventWords.packages(w.count(), w.names()))
            .with(Warning.ConnectionBlocked.class, WarningWords::blocked)
            .with(
                    Warning.InputLeftOut.class,
                    w -> "'" + w.input() + "' leaves out " + w.count() + " sockets, pipes or devices")
            .with(Warning.NamesLeftOut.class, WarningWords::names)
            .with(Warning.LinkedDirectoriesLeftOut.class, WarningWords::linked)
            .with(
                    Warning.NotLoadable.class,
                    w -> "'" + visible(w.file()) + "' cannot be loaded: " + visible(w.problem())
                            + (w.chain().size() > 1 ? " (" + visible(String.join(" -> ", w.chain())) + ")" : ""))
            .with(Warning.MoreNotLoadable.class, w -> w.count() + " more problems of this kind")
            .with(
                    Warning.LibraryConflict.class,
                    w -> "'" + visible(w.name())
                            + "' is a different file for different addons; the first one loaded is used for all: "
                            + w.candidates().stream()
                                    .map(c -> "'" + visible(c.file()) + "' for '" + visible(c.addon()) + "'")
                                    .collect(Collectors.joining(", ")))
            .with(
                    Warning.PackagesUnknown.class,
                    w -> "The manifest contains no packages, since the guest's package list is damaged: "
                            + visible(w.damage()))
            .with(
                    Warning.ManifestUnreadable.class,
                    w -> "'" + w.manifest()
                            + "' cannot be read, so no files of an earlier extraction are removed: "
                            + w.problem())
            .with(
                    Warning.ChangedFilesKept.class,
                    w -> EventWords.paths(w.files()) + " in '" + w.targetRoot()
                            + "' have changed since an earlier extraction wrote them,"
                            + " so they are kept although they are no longer extracted"
                            + "\nDelete them if they are not needed")
            .with(
                    Warning.ForeignFilesReplaced.class,
                    w -> EventWords.paths(w.files()) + " in '" + w.targetRoot()
                            + "' existed, though no extraction wrote them, and are replaced")
            .with(
                    Warning.ChangedFileKept.class,
                    w -> "'" + w.file() + "' has changed since an extraction wrote it, so it is kept"
                            + "\nDelete it to get a new one")
            .with(
                    Warning.CopyUnchecked.class,
                    w -> "Cannot check how programs start from '" + w.targetRoot() + "': no permission to read '"
                            + visible(w.file()) + "'")
            .with(Warning.CopyDiffers.class, WarningWords::copy)
            .with(Warning.LookedForInVain.class, WarningWords::lookedFor);

    private WarningWords() {}

    private static String blocked(Warning.ConnectionBlocked w) {
        boolean loopback = w.place() == Warning.ConnectionBlocked.Place.LOOPBACK;
        String what = switch (w.place()) {
            case LOOPBACK -> "this host's loopback interface";
            case HOST -> "an address of this host";
            case LINK_LOCAL -> "a link-local or metadata address";
            case PRIVATE -> "a private address";
            case ELSEWHERE -> "not in onlyHosts";
        };
        String port = w.port() == 0 ? "" : ":" + w.port();
        return "The guest may not reach '" + w.address() + port + "', " + what + ": blocked"
                + "\nTo allow it, set -Dcrossbuild.allowHosts=" + (loopback ? "localhost" : w.address()) + port;
    }

    private static String names(Warning.NamesLeftOut w) {
        int more = w.entries().size() - SHOWN;
        return "The names of these files are not UTF-8, so this host cannot store them; they are left out:\n  "
                + w.entries().stream()
                        .limit(SHOWN)
                        .map(e -> "'" + visible(e.path()) + "' ("
                                + (e.directory() ? "a directory" : e.sizeBytes() + " bytes") + ")")
                        .collect(Collectors.joining("\n  "))
                + (more > 0 ? "\n  and " + more + " more" : "")
                + "\nRename them in a line of build.txt, or extract to a file system of Linux";
    }

    private static String lookedFor(Warning.LookedForInVain w) {
        return "'" + visible(w.program()) + "' looked in the target root for files that only the environment has:\n  "
                + w.entries().stream()
                        .map(e -> visible(e.path()) + " (" + (e.directory() ? "a directory, " : "")
                                + e.owner().map(owner -> visible(owner) + ", ").orElse("")
                                + MavenWords.bytes(e.sizeBytes())
                                + ")")
                        .collect(Collectors.joining("\n  "))
                + (w.more() > 0 ? "\n  and " + w.more() + " more" : "");
    }

    private static String linked(Warning.LinkedDirectoriesLeftOut w) {
        int more = w.directories().size() - SHOWN;
        String limit = w.limitBytes() == 0
                ? "linkedDirectorySize is 0"
                : "linkedDirectorySize is " + EventWords.size(w.limitBytes())
                        + "; directories of the system and those above a link never are";
        return "Links lead to directories that are not extracted with them (" + limit + "):\n  "
                + w.directories().stream()
                        .limit(SHOWN)
                        .map(d -> "'" + visible(d.link()) + "' to '" + visible(d.target())
                                + "', " + (d.complete() ? "" : "more than ") + MavenWords.bytes(d.bytes())
                                + "; to add: " + EventWords.entry("Dirs", List.of(d.entry())))
                        .collect(Collectors.joining("\n  "))
                + (more > 0 ? "\n  and " + more + " more" : "");
    }

    private static String copy(Warning.CopyDiffers w) {
        AdviceKey key = w.moved() ? AdviceKey.ABSOLUTE_PATHS_OR_EMPTY_TARGET_ROOT : AdviceKey.EMPTY_TARGET_ROOT;
        int more = w.differences().size() - SHOWN;
        return "The loader finds different files in '" + w.targetRoot() + "' than in the guest\n  "
                + w.differences().stream()
                        .limit(SHOWN)
                        .map(TerminalText::visible)
                        .collect(Collectors.joining("\n  "))
                + (more > 0 ? "\n  and " + more + " more" : "")
                + "\n" + AdviceWords.of(key.advice());
    }
}
