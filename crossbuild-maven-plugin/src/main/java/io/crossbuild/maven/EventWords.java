// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static io.crossbuild.event.TerminalText.visible;

import io.crossbuild.error.QuotedPaths;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.ExtractionChange;
import io.crossbuild.event.StepReason;
import io.crossbuild.event.TerminalText;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** The words for events other than warnings; Maven itself logs transfers. */
final class EventWords {
    static final WordTable<ExtractionChange> CHANGES = new WordTable<ExtractionChange>()
            .with(
                    ExtractionChange.Settings.class,
                    c -> c.settings().stream().map(EventWords::name).collect(Collectors.joining(", ")) + " changed")
            .with(ExtractionChange.Environment.class, c -> "the environment changed")
            .with(ExtractionChange.LayerNew.class, c -> "layer " + c.number() + " is new")
            .with(ExtractionChange.LayerGone.class, c -> "layer " + c.number() + " is gone")
            .with(
                    ExtractionChange.TargetFiles.class,
                    c -> c.count() == 1
                            ? "'" + visible(c.first()) + "' changed in the target root"
                            : c.count() + " files changed in the target root, the first is '" + visible(c.first())
                                    + "'")
            .with(
                    ExtractionChange.Interrupted.class,
                    c -> "the last extraction was interrupted while it put files in place")
            .with(
                    ExtractionChange.RecordUnreadable.class,
                    c -> "the record of the last extraction cannot be read: " + c.problem());

    static final WordTable<StepReason> REASONS = new WordTable<StepReason>()
            .with(StepReason.Plain.class, EventWords::reason)
            .with(StepReason.InputChanged.class, r -> "the files of '" + r.input() + "' changed");

    static final WordTable<BuildEvent> EVENTS = new WordTable<BuildEvent>()
            .with(
                    BuildEvent.PhaseStarted.class,
                    e -> " > " + PhaseWords.NAMES.of(e.phase()) + PhaseWords.DETAILS.of(e.phase()))
            .with(BuildEvent.PhaseOutput.class, e -> "    " + e.line())
            .with(
                    BuildEvent.PhaseFinished.class,
                    e -> "   " + PhaseWords.NAMES.of(e.phase()) + ": done in " + MavenWords.elapsed(e.elapsed()))
            .with(
                    BuildEvent.StepStarted.class,
                    e -> " > Step " + e.number() + "/" + e.total() + " runs (" + REASONS.of(e.reason()) + "): "
                            + firstLine(e.text()))
            .with(BuildEvent.StepOutput.class, e -> "    [" + e.number() + "] " + e.line())
            .with(
                    BuildEvent.StepFinished.class,
                    e -> "   Step " + e.number() + "/" + e.total() + ": done in " + MavenWords.elapsed(e.elapsed()))
            .with(
                    BuildEvent.StepSkipped.class,
                    e -> " > Step " + e.number() + "/" + e.total() + " is in the store (ran "
                            + MavenWords.elapsed(e.took()) + "): " + firstLine(e.text()))
            .with(
                    BuildEvent.InputCopied.class,
                    e -> "   " + e.input() + ": " + MavenWords.count(e.files(), "file") + ", "
                            + MavenWords.bytes(e.bytes()) + " in " + MavenWords.elapsed(e.elapsed()))
            .with(BuildEvent.ShellOpened.class, EventWords::shell)
            .with(
                    BuildEvent.WaitingForInstallation.class,
                    e -> "   waiting for another installation of this environment" + process(e.process()))
            .with(
                    BuildEvent.WaitingForStep.class,
                    e -> "   waiting for another build of the same step" + process(e.process()))
            .with(
                    BuildEvent.WaitingForExtraction.class,
                    e -> "   waiting for another extraction into '" + e.targetRoot() + "' to end")
            .with(
                    BuildEvent.AcceleratorUnusable.class,
                    e -> "   The accelerator '" + e.accelerator()
                            + "' exists but cannot run a guest; using the slower 'tcg': " + e.problem())
            .with(
                    BuildEvent.MachineNotSaved.class,
                    e -> "   Could not save the booted machine, the next one will boot again: " + e.problem())
            .with(
                    BuildEvent.SavedMachineDiscarded.class,
                    e -> "   Could not continue the saved machine, booting again: " + e.problem())
            .with(
                    BuildEvent.DiskSizeKept.class,
                    e -> "   The guest's disk keeps its size of " + size(e.bytes()) + ", which is more than the "
                            + size(e.requestedBytes()) + " of diskSize: it can only grow. Only a new environment"
                            + " can have a smaller one (crossbuild:uninstall-env)")
            .with(
                    BuildEvent.CacheInUse.class,
                    e -> "   another build is using the cache of '" + e.directory() + "': using number " + e.number())
            .with(
                    BuildEvent.OutdatedPackagesRemoved.class,
                    e -> "   removed packages from a cache of apt that are not in the package lists: "
                            + packages(e.count(), e.names()))
            .with(BuildEvent.ExtractionSkipped.class, EventWords::skipped)
            .with(BuildEvent.ExtractionRepeated.class, e -> "   Extracting again: " + CHANGES.of(e.change()))
            .with(
                    BuildEvent.FilesLeftOut.class,
                    e -> "   " + paths(e.files()) + " cannot be extracted (devices, pipes, sockets, dangling links)")
            .with(BuildEvent.LinksToNothing.class, e -> "   Links to files that are not extracted: " + paths(e.links()))
            .with(
                    BuildEvent.LinkTargetsAdded.class,
                    e -> "   Also extracted because links in extracted directories lead there: "
                            + paths(e.targets()) + ", " + MavenWords.count(e.files(), "file") + ", "
                            + MavenWords.bytes(e.bytes()))
            .with(
                    BuildEvent.SetIdDropped.class,
                    e -> "   Without the set-user-ID or set-group-ID bit, as owners are not kept: " + paths(e.files()))
            .with(
                    BuildEvent.RuntimeFilesAdded.class,
                    e -> "   Also extracted for '" + visible(e.trigger()) + "': " + visible(e.what()) + ", "
                            + MavenWords.count(e.files(), "file") + ", " + MavenWords.bytes(e.bytes()))
            .with(
                    BuildEvent.TracedFilesAdded.class,
                    e -> "   Line " + e.line() + " read " + MavenWords.count(e.files(), "file") + ", "
                            + MavenWords.bytes(e.bytes()) + ": extracted with the program")
            .with(BuildEvent.RuntimeFilesLeft.class, EventWords::left)
            .with(
                    BuildEvent.LoadedFirst.class,
                    e -> "   " + MavenWords.count(e.count(), "shared object")
                            + (e.count() == 1 ? " needs '" : " need '") + visible(e.name())
                            + "', which is found only if the program has opened '" + visible(e.file()) + "' before")
            .with(
                    BuildEvent.OtherSystemsLibraries.class,
                    e -> "   " + MavenWords.count(e.count(), "shared object")
                            + " for other systems, extracted without libraries")
            .with(
                    BuildEvent.CrossLibraries.class,
                    e -> "   " + MavenWords.count(e.count(), "file") + " of '" + visible(e.directory())
                            + "', extracted to where the loader of that architecture looks")
            .with(BuildEvent.LibraryFloor.class, FloorWords::of);

    private EventWords() {}

    /** As a user writes it, such as 20g. */
    static String size(long bytes) {
        String units = "kmgt";
        long value = bytes;
        int unit = -1;
        while (unit < units.length() - 1 && value != 0 && value % 1024 == 0) {
            value /= 1024;
            unit++;
        }
        return unit < 0 ? value + " bytes" : value + "" + units.charAt(unit);
    }

    private static String reason(StepReason.Plain reason) {
        return switch (reason) {
            case NO_CACHE -> "noCache is set";
            case ALWAYS -> "#@ always";
            case NOT_BUILT_BEFORE -> "not built before";
            case LAYER_DAMAGED -> "its layer is damaged";
            case LAYER_GONE -> "its layer was removed";
            case AFTER_STEP -> "an earlier step ran";
        };
    }

    private static String name(ExtractionChange.Setting setting) {
        return switch (setting) {
            case PROGRAM -> "Program";
            case ARGS -> "Args";
            case FILES -> "Files";
            case DIRS -> "Dirs";
            case MAP_DIRS -> "MapDirs";
            case ENV -> "Env";
            case FOR_OPS -> "the configuration for OPS";
            case OPTIONS -> "the extraction options";
            case TRACED -> "what lines with '#@ trace' read";
            case CROSSBUILD -> "crossbuild itself";
        };
    }

    private static String shell(BuildEvent.ShellOpened e) {
        String place = e.step() == 0
                ? "in the environment, before the first step"
                : "after step " + e.step() + ": " + firstLine(e.text());
        String kept = e.caches().isEmpty() ? "" : ", except in '" + String.join("', '", e.caches()) + "'";
        return "   Shell " + place + "; changes are lost when it ends" + kept;
    }

    private static String skipped(BuildEvent.ExtractionSkipped e) {
        return " > Extracting: not needed, '" + e.targetRoot() + "' is up to date"
                + e.change()
                        .map(change -> ": " + CHANGES.of(change) + ", but the extracted files are the same")
                        .orElse("");
    }

    /** Says what would extract the files: an entry for each path. */
    private static String left(BuildEvent.RuntimeFilesLeft e) {
        String dirs =
                entry("Dirs", e.paths().stream().filter(p -> p.endsWith("/")).toList());
        String files =
                entry("Files", e.paths().stream().filter(p -> !p.endsWith("/")).toList());
        return "   Not extracted for '" + visible(e.trigger()) + "': " + visible(e.what()) + ", "
                + MavenWords.count(e.files(), "file") + ", " + MavenWords.bytes(e.bytes())
                + ", which few uses need; to add: " + dirs + (dirs.isEmpty() || files.isEmpty() ? "" : ", ") + files;
    }

    /** A line of config.json. */
    static String entry(String key, List<String> paths) {
        return paths.isEmpty()
                ? ""
                : paths.stream()
                        .map(p -> json(p.endsWith("/") ? p.substring(0, p.length() - 1) : p))
                        .collect(Collectors.joining(", ", "\"" + key + "\": [", "]"));
    }

    private static String json(String text) {
        return "\"" + visible(text).replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    private static String process(OptionalLong id) {
        return id.isPresent() ? " (process " + id.getAsLong() + ")" : "";
    }

    /** Names of files, which a guest may have chosen. */
    static String paths(List<String> paths) {
        return QuotedPaths.of(paths.stream().map(TerminalText::visible).toList());
    }

    /** A count and the names of some packages; any build may have chosen the name of a file in a cache. */
    static String packages(int count, List<String> names) {
        String more = count > names.size() ? " and " + (count - names.size()) + " more" : "";
        return MavenWords.count(count, "file") + ", "
                + names.stream().map(TerminalText::visible).collect(Collectors.joining(", ")) + more;
    }

    static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end) + " ...";
    }
}
