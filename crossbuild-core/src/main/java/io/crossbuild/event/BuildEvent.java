// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.event;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Something that happened: one record for each occurrence, without words. Those of {@link Warning} want a look. */
public sealed interface BuildEvent
        permits BuildEvent.PhaseStarted,
                BuildEvent.PhaseOutput,
                BuildEvent.PhaseFinished,
                BuildEvent.Transfer,
                BuildEvent.StepStarted,
                BuildEvent.StepOutput,
                BuildEvent.StepFinished,
                BuildEvent.StepSkipped,
                BuildEvent.InputCopied,
                BuildEvent.ShellOpened,
                BuildEvent.WaitingForInstallation,
                BuildEvent.WaitingForStep,
                BuildEvent.WaitingForExtraction,
                BuildEvent.AcceleratorUnusable,
                BuildEvent.MachineNotSaved,
                BuildEvent.SavedMachineDiscarded,
                BuildEvent.CacheInUse,
                BuildEvent.OutdatedPackagesRemoved,
                BuildEvent.ExtractionSkipped,
                BuildEvent.ExtractionRepeated,
                BuildEvent.FilesLeftOut,
                BuildEvent.LinksToNothing,
                BuildEvent.SetIdDropped,
                BuildEvent.NamedFilesAdded,
                BuildEvent.OtherSystemsLibraries,
                Warning {

    /** A part of the work began. */
    record PhaseStarted(Phase phase) implements BuildEvent {}

    /** Where a program printed to. */
    enum Stream {
        OUT,
        ERR
    }

    /** One line that a program of a phase printed, without its line end. */
    record PhaseOutput(Phase phase, Stream stream, String line) implements BuildEvent {}

    /** A part of the work ended well; the phase equals the one that began. */
    record PhaseFinished(Phase phase, Duration elapsed) implements BuildEvent {}

    /**
     * Progress of one transfer. Per transfer: {@code STARTED PROGRESSED* (SUCCEEDED | FAILED)}; transfers interleave.
     *
     * @param doneBytes bytes so far
     * @param totalBytes bytes in all; -1 when not known
     */
    record Transfer(State state, URI uri, long doneBytes, long totalBytes) implements BuildEvent {
        public enum State {
            STARTED,
            PROGRESSED,
            SUCCEEDED,
            FAILED
        }
    }

    /**
     * A step begins to run. {@code number} counts from 1 to {@code total}.
     *
     * @param reason why it is not taken from the store
     */
    record StepStarted(int number, int total, String text, StepReason reason) implements BuildEvent {}

    /** One line that a running step printed, without its line end. */
    record StepOutput(int number, Stream stream, String line) implements BuildEvent {}

    /** A step ran and ended with status zero. */
    record StepFinished(int number, int total, Duration elapsed) implements BuildEvent {}

    /**
     * A step was not run, since the store holds its layer.
     *
     * @param took how long it ran when the layer was made
     */
    record StepSkipped(int number, int total, String text, Duration took) implements BuildEvent {}

    /**
     * Files of the host were brought into the guest.
     *
     * @param input as the user wrote it, such as "copy src ."
     */
    record InputCopied(String input, long files, long bytes, Duration elapsed) implements BuildEvent {}

    /**
     * A shell is open. What is changed in it is not kept.
     *
     * @param step the step, from 1, whose state it sees; 0 is the environment before the first one
     * @param text of that step; empty for 0
     * @param caches directories in which changes are kept
     */
    record ShellOpened(int step, String text, List<String> caches) implements BuildEvent {
        public ShellOpened {
            caches = List.copyOf(caches);
        }
    }

    /**
     * Another build makes the same environment, and this one waits for it.
     *
     * @param process its id, if it is known
     */
    record WaitingForInstallation(OptionalLong process) implements BuildEvent {}

    /**
     * Another build runs the same step, and this one waits for it.
     *
     * @param process its id, if it is known
     */
    record WaitingForStep(OptionalLong process) implements BuildEvent {}

    /** Another extraction writes into the same target root, and this one waits for it. */
    record WaitingForExtraction(Path targetRoot) implements BuildEvent {}

    /** The host has an accelerator, but no guest runs under it; QEMU's emulation is used, which is slower. */
    record AcceleratorUnusable(String accelerator) implements BuildEvent {}

    /**
     * The state of a machine could not be saved, so the next one boots again.
     *
     * @param problem the first line of it
     */
    record MachineNotSaved(String problem) implements BuildEvent {}

    /**
     * A machine did not take the state that was saved for it, so it boots again.
     *
     * @param problem the first line of it
     */
    record SavedMachineDiscarded(String problem) implements BuildEvent {}

    /**
     * Other builds have a cache now, so this one has another of the same name.
     *
     * @param number of the one that it has, from 2
     */
    record CacheInUse(String directory, int number) implements BuildEvent {}

    /**
     * Files were removed from apt's archive in a cache that the package lists no longer have.
     *
     * @param count of the files
     * @param names of some of them
     */
    record OutdatedPackagesRemoved(int count, List<String> names) implements BuildEvent {
        public OutdatedPackagesRemoved {
            names = List.copyOf(names);
        }
    }

    /**
     * Nothing was extracted, since the target root has it all.
     *
     * @param change what is different from the last time and does not matter, if anything is
     */
    record ExtractionSkipped(Path targetRoot, Optional<ExtractionChange> change) implements BuildEvent {}

    /** It is extracted again, since something is different from the last time. */
    record ExtractionRepeated(ExtractionChange change) implements BuildEvent {}

    /**
     * Files that cannot be extracted: devices, pipes, sockets, links to nothing.
     *
     * @param files paths in the guest
     */
    record FilesLeftOut(List<String> files) implements BuildEvent {
        public FilesLeftOut {
            files = List.copyOf(files);
        }
    }

    /**
     * Links that are extracted, but not what they lead to.
     *
     * @param links relative to the target root
     */
    record LinksToNothing(List<String> links) implements BuildEvent {
        public LinksToNothing {
            links = List.copyOf(links);
        }
    }

    /**
     * Files that lose the set-user-ID or set-group-ID bit, as their owner is not kept.
     *
     * @param files relative to the target root
     */
    record SetIdDropped(List<String> files) implements BuildEvent {
        public SetIdDropped {
            files = List.copyOf(files);
        }
    }

    /**
     * Data files that are extracted since a program or library has their paths in it.
     *
     * @param file the program or library; all paths are the guest's
     */
    record NamedFilesAdded(String file, List<String> added) implements BuildEvent {
        public NamedFilesAdded {
            added = List.copyOf(added);
        }
    }

    /** Shared objects for other systems that are extracted without the libraries that they need. */
    record OtherSystemsLibraries(long count) implements BuildEvent {}
}
