// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.event;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Something that happened: one record type for each kind of event, without text. Events of type {@link Warning} deserve
 * the user's attention.
 */
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
                BuildEvent.DiskSizeKept,
                BuildEvent.OutdatedPackagesRemoved,
                BuildEvent.ExtractionSkipped,
                BuildEvent.ExtractionRepeated,
                BuildEvent.FilesLeftOut,
                BuildEvent.LinksToNothing,
                BuildEvent.LinkTargetsAdded,
                BuildEvent.LoadedFirst,
                BuildEvent.SetIdDropped,
                BuildEvent.RuntimeFilesAdded,
                BuildEvent.TracedFilesAdded,
                BuildEvent.RuntimeFilesLeft,
                BuildEvent.OtherSystemsLibraries,
                BuildEvent.CrossLibraries,
                BuildEvent.LibraryFloor,
                Warning {

    /**
     * A phase began.
     *
     * @param phase what it does
     */
    record PhaseStarted(Phase phase) implements BuildEvent {}

    /** The stream to which a program printed. */
    enum Stream {
        /** Its standard output. */
        OUT,
        /** Its standard error. */
        ERR
    }

    /**
     * One line that a program of a phase printed, without its line end.
     *
     * @param phase the phase to which the program belongs
     * @param stream always {@link Stream#OUT} for {@link Phase.ConfigurePackages}, which has both in one
     * @param line at most 8192 characters, as a longer one is split; without terminal sequences and control characters
     */
    record PhaseOutput(Phase phase, Stream stream, String line) implements BuildEvent {}

    /**
     * A phase succeeded.
     *
     * @param phase equal to the phase that began
     * @param elapsed the time since it began
     */
    record PhaseFinished(Phase phase, Duration elapsed) implements BuildEvent {}

    /**
     * Progress of one transfer. Per transfer: {@code STARTED PROGRESSED* (SUCCEEDED | FAILED)}; transfers interleave.
     *
     * @param state the point that the transfer has reached
     * @param uri the requested address
     * @param doneBytes bytes so far; fewer than before if the transfer starts again; 0 when it failed
     * @param totalBytes total bytes; -1 when unknown
     */
    record Transfer(State state, URI uri, long doneBytes, long totalBytes) implements BuildEvent {
        /** A point in a transfer. */
        public enum State {
            /** Nothing has been requested yet. */
            STARTED,
            /** Some bytes have arrived since the last event. */
            PROGRESSED,
            /** The file is complete and has the expected digest. */
            SUCCEEDED,
            /** The transfer was given up. */
            FAILED
        }
    }

    /**
     * A step starts. {@code number} is between 1 and {@code total}.
     *
     * @param number of the step, from 1
     * @param total number of steps in the build file
     * @param text of the step, without a final line feed; may have several lines
     * @param reason why its layer is not taken from the store
     */
    record StepStarted(int number, int total, String text, StepReason reason) implements BuildEvent {}

    /**
     * One line that a running step printed, without its line end.
     *
     * @param number of the step, from 1
     * @param stream the stream to which it was printed
     * @param line at most 8192 characters, as a longer one is split; without terminal sequences and control characters
     */
    record StepOutput(int number, Stream stream, String line) implements BuildEvent {}

    /**
     * A step ended with status zero.
     *
     * @param number of the step, from 1
     * @param total number of steps in the build file
     * @param elapsed the time since it started, including copies of its inputs
     */
    record StepFinished(int number, int total, Duration elapsed) implements BuildEvent {}

    /**
     * A step did not run, since the store has its layer.
     *
     * @param number of the step, from 1
     * @param total number of steps in the build file
     * @param text of the step, without a final line feed; may have several lines
     * @param took how long the step ran when the layer was made
     */
    record StepSkipped(int number, int total, String text, Duration took) implements BuildEvent {}

    /**
     * Files of the host were copied into the guest.
     *
     * @param input as the user wrote it, such as "copy src ."
     * @param files number of files, directories and links
     * @param bytes total size of the files
     * @param elapsed how long the guest took to copy them
     */
    record InputCopied(String input, long files, long bytes, Duration elapsed) implements BuildEvent {}

    /**
     * A shell is open. Changes made in it are not kept.
     *
     * @param step the step, from 1, whose state it shows; 0 for the environment before the first step
     * @param text of that step; empty for 0
     * @param caches the directories in which changes are kept
     */
    record ShellOpened(int step, String text, List<String> caches) implements BuildEvent {
        public ShellOpened {
            caches = List.copyOf(caches);
        }
    }

    /**
     * Another build is installing the same environment, and this one waits for it.
     *
     * @param process its id, if it is known
     */
    record WaitingForInstallation(OptionalLong process) implements BuildEvent {}

    /**
     * Another build is running the same step, and this one waits for it.
     *
     * @param process its id, if it is known
     */
    record WaitingForStep(OptionalLong process) implements BuildEvent {}

    /**
     * Another extraction is writing to the same target root, and this one waits for it.
     *
     * @param targetRoot absolute
     */
    record WaitingForExtraction(Path targetRoot) implements BuildEvent {}

    /**
     * The host has an accelerator, but no guest runs under it; QEMU's emulation is used, which is slower.
     *
     * @param accelerator QEMU's name for it, such as "kvm"
     * @param problem why, in one line
     */
    record AcceleratorUnusable(String accelerator, String problem) implements BuildEvent {}

    /**
     * The state of a machine could not be saved, so the next one boots from scratch.
     *
     * @param problem the first line of it
     */
    record MachineNotSaved(String problem) implements BuildEvent {}

    /**
     * A machine rejected its saved state, so it boots from scratch.
     *
     * @param problem the first line of it
     */
    record SavedMachineDiscarded(String problem) implements BuildEvent {}

    /**
     * The guest's disk is larger than requested, since the environment or a layer was made with this size and a disk
     * does not shrink.
     *
     * @param requestedBytes as configured
     * @param bytes that it has
     */
    record DiskSizeKept(long requestedBytes, long bytes) implements BuildEvent {}

    /**
     * Other builds are using a cache, so this one uses a different one with the same name.
     *
     * @param directory the path in the guest where the cache is mounted
     * @param number the number of the cache that it uses, from 2
     */
    record CacheInUse(String directory, int number) implements BuildEvent {}

    /**
     * Files that are no longer in the package lists were removed from apt's archive in a cache.
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
     * Nothing was extracted, since the target root is up to date.
     *
     * @param targetRoot absolute
     * @param change a difference from the last extraction that has no effect, if there is one
     */
    record ExtractionSkipped(Path targetRoot, Optional<ExtractionChange> change) implements BuildEvent {}

    /**
     * Files are extracted again, since something differs from the last extraction.
     *
     * @param change the first difference that was found
     */
    record ExtractionRepeated(ExtractionChange change) implements BuildEvent {}

    /**
     * Files that cannot be extracted: devices, pipes, sockets, and links to nothing.
     *
     * @param files paths in the guest
     */
    record FilesLeftOut(List<String> files) implements BuildEvent {
        public FilesLeftOut {
            files = List.copyOf(files);
        }
    }

    /**
     * Files and directories are extracted because links in extracted directories lead there.
     *
     * @param targets paths in the guest
     * @param files regular files and links
     * @param bytes size of the regular files
     */
    record LinkTargetsAdded(List<String> targets, int files, long bytes) implements BuildEvent {
        public LinkTargetsAdded {
            targets = List.copyOf(targets);
        }
    }

    /**
     * Links that are extracted without the files to which they lead in the guest.
     *
     * @param links relative to the target root
     */
    record LinksToNothing(List<String> links) implements BuildEvent {
        public LinksToNothing {
            links = List.copyOf(links);
        }
    }

    /**
     * Files that lose the set-user-ID or set-group-ID bit, since their owner is not kept.
     *
     * @param files relative to the target root
     */
    record SetIdDropped(List<String> files) implements BuildEvent {
        public SetIdDropped {
            files = List.copyOf(files);
        }
    }

    /**
     * Files are extracted that a program opens by itself, by a rule.
     *
     * @param rule the rule's name
     * @param what the files, such as "Java's home"
     * @param trigger the guest's path of the file that made the rule apply, or the name of a variable
     * @param files new regular files and links
     * @param bytes size of the regular files
     */
    record RuntimeFilesAdded(String rule, String what, String trigger, int files, long bytes) implements BuildEvent {}

    /**
     * Files are extracted that a traced step read.
     *
     * @param line of the build file, from 1
     * @param files regular files and links that the step read and that still exist
     * @param bytes size of the regular files
     */
    record TracedFilesAdded(int line, int files, long bytes) implements BuildEvent {}

    /**
     * Files are not extracted that only some uses of a program need.
     *
     * @param rule the rule's name
     * @param what the files, such as "Qt's plugins"
     * @param trigger the guest's path of the file that made the rule apply, or the name of a variable
     * @param paths of the guest that would be added to the configuration; a directory ends with a slash
     * @param files regular files and links
     * @param bytes size of the regular files
     */
    record RuntimeFilesLeft(String rule, String what, String trigger, List<String> paths, int files, long bytes)
            implements BuildEvent {
        public RuntimeFilesLeft {
            paths = List.copyOf(paths);
        }
    }

    /**
     * Shared objects need a library that the loader does not find, unless the program has opened it before them.
     *
     * @param name of the library
     * @param file the guest's path of the extracted file with this name
     * @param count how many shared objects need it, from 1
     */
    record LoadedFirst(String name, String file, int count) implements BuildEvent {}

    /**
     * Shared objects for other systems that are extracted without the libraries that they need.
     *
     * @param count the number of shared objects, from 1
     */
    record OtherSystemsLibraries(long count) implements BuildEvent {}

    /**
     * Libraries of a cross compiler are extracted to where the loader of their architecture looks for them.
     *
     * @param directory in the guest, such as "/usr/aarch64-linux-gnu/lib"
     * @param count the number of files, from 1
     */
    record CrossLibraries(String directory, long count) implements BuildEvent {}

    /**
     * What selected files of one architecture need of the system's libraries if they leave without the extracted ones.
     *
     * @param machine the architecture, such as "x86-64"
     * @param sharedObjects whether only shared objects were looked at, since a program is extracted with its libraries
     * @param needs the newest version of each library, in the order of {@link NeededVersion.Library}
     * @param systems the oldest release of each known distribution that has all of it, such as "Debian 12"
     * @param unportable needs that only the guest's own libraries are known to meet, such as GLIBC_PRIVATE
     */
    record LibraryFloor(
            String machine,
            boolean sharedObjects,
            List<NeededVersion> needs,
            List<String> systems,
            List<NeededVersion> unportable)
            implements BuildEvent {
        public LibraryFloor {
            needs = List.copyOf(needs);
            systems = List.copyOf(systems);
            unportable = List.copyOf(unportable);
        }
    }
}
