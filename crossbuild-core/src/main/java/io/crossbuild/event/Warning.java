// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.event;

import io.crossbuild.arch.Architecture;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Something that deserves the user's attention but does not end the build. */
public sealed interface Warning extends BuildEvent {

    /**
     * The archive cannot be reached to find out whether it has changed; the steps run with the existing package lists.
     *
     * @param problem why, in the form of an error message
     */
    record ArchiveUnreachable(String problem) implements Warning {}

    /**
     * A suite with updates cannot be reached, so packages are installed without these updates.
     *
     * @param suite such as "trixie-security"
     * @param problem why, in the form of an error message
     */
    record UpdatesUnreachable(String suite, String problem) implements Warning {}

    /**
     * The index of a suite is old: the mirror may no longer be updated, or an attacker may hide updates.
     *
     * @param suite such as "trixie"
     * @param date when the index was made
     * @param limit the age from which there is this warning
     */
    record IndexOld(String suite, Instant date, Duration limit) implements Warning {}

    /**
     * The QEMU that is used is slow without hardware acceleration, and a newer one cannot be downloaded.
     *
     * @param version of the QEMU that is used, such as "8.2.2"
     * @param program its path on the host
     * @param fastVersion the major number of the first version that is faster
     * @param problem why it cannot be downloaded, in the form of an error message
     */
    record SlowQemu(String version, Path program, int fastVersion, String problem) implements Warning {}

    /**
     * A machine did not boot under an accelerator that had passed its trial, but did with QEMU's emulation, which is
     * used now. It is also used for later machines, until the next trial.
     *
     * @param accelerator QEMU's name for it, such as "hvf"
     * @param problem what happened, with QEMU's last line if it printed something
     */
    record AcceleratorFailed(String accelerator, String problem) implements Warning {}

    /**
     * This JVM was made for Intel processors and is translated by Rosetta, so it does not know that the host's is one
     * of Apple's. A guest for Intel processors has to be emulated there.
     *
     * @param guest the architecture of the guest
     */
    record JvmTranslated(Architecture guest) implements Warning {}

    /**
     * Something in the store is damaged, so it was removed. It is made again when it is needed.
     *
     * @param path the directory or file that was removed
     * @param damage what is wrong with which file
     */
    record StoreDamaged(Path path, String damage) implements Warning {}

    /**
     * The layer of a step is damaged, so it is ignored.
     *
     * @param step the first line of the step's text
     * @param damage what is wrong with which file
     */
    record LayerDamaged(String step, String damage) implements Warning {}

    /**
     * A layer is ignored, since its metadata cannot be read.
     *
     * @param metadata the file in the store
     */
    record LayerUnreadable(Path metadata) implements Warning {}

    /**
     * The disk of a cache contained no file system that can be mounted, so the cache is empty now.
     *
     * @param directory the path in the guest where the cache is mounted
     */
    record CacheLost(String directory) implements Warning {}

    /**
     * A cache that is emptied since the caches of the build would take too much of the host's disk with it.
     *
     * @param directory the directory in the guest that it is for
     * @param bytes what it took
     * @param otherBytes what the caches take that the build already has
     * @param limitBytes what all of them may take
     */
    record CacheTooLarge(String directory, long bytes, long otherBytes, long limitBytes) implements Warning {}

    /**
     * Files that do not match the signed package lists were removed from apt's archive in a cache.
     *
     * @param count of the files
     * @param names of some of them
     */
    record UntrustedPackagesRemoved(int count, List<String> names) implements Warning {
        public UntrustedPackagesRemoved {
            names = List.copyOf(names);
        }
    }

    /**
     * A program in the guest tried to reach what it may not, for the first time; it was told that this is prohibited.
     * There are at most 16 of these warnings for a machine.
     *
     * @param address an IPv4 address as the guest sees it
     * @param port 0 for a ping
     * @param place what the address is
     */
    record ConnectionBlocked(String address, int port, Place place) implements Warning {
        /** What the address is. */
        public enum Place {
            /** The gateway of the guest's network, which is the host's loopback interface. */
            LOOPBACK,
            /** An address of the host. */
            HOST,
            /** A link-local address, or one at which a cloud tells machines about themselves. */
            LINK_LOCAL,
            /** A private address. */
            PRIVATE,
            /** None of these, but no listed host. */
            ELSEWHERE
        }
    }

    /**
     * Files that cannot be copied into the guest: sockets, pipes and devices.
     *
     * @param input as the user wrote it, such as "copy src ."
     * @param count of the files, from 1
     */
    record InputLeftOut(String input, long count) implements Warning {}

    /**
     * Files and directories are not extracted, since their names are not UTF-8 and the host's names must be.
     *
     * @param entries a directory stands for all that it holds
     */
    record NamesLeftOut(List<Entry> entries) implements Warning {
        public NamesLeftOut {
            entries = List.copyOf(entries);
        }

        /**
         * A file, a link or a directory with its content.
         *
         * @param path in the guest; a byte that is not UTF-8 is a character from U+DC80 to U+DCFF
         * @param directory whether it is one
         * @param sizeBytes of a file or link
         */
        public record Entry(String path, boolean directory, long sizeBytes) {}
    }

    /**
     * Directories are not extracted although links in extracted directories lead there: they are too large, contain
     * the link itself, or have files of many programs.
     *
     * @param limitBytes the size up to which such directories are extracted; 0 for none
     * @param directories each once
     */
    record LinkedDirectoriesLeftOut(long limitBytes, List<Linked> directories) implements Warning {
        public LinkedDirectoriesLeftOut {
            directories = List.copyOf(directories);
        }

        /**
         * A directory, and the first link that leads there.
         *
         * @param link its path in the guest
         * @param target the directory's path in the guest
         * @param bytes the size of its files that are not extracted
         * @param complete whether these are all; otherwise there are too many files to count
         * @param entry what to add to Dirs of the configuration
         */
        public record Linked(String link, String target, long bytes, boolean complete, String entry) {}
    }

    /**
     * A program or addon that is extracted cannot be loaded.
     *
     * @param file path in the guest
     * @param problem in the form of the error for such a program
     * @param chain of requests from the file to the one with the problem, both included
     */
    record NotLoadable(String file, String problem, List<String> chain) implements Warning {
        public NotLoadable {
            chain = List.copyOf(chain);
        }
    }

    /**
     * There are more programs or addons as in {@link NotLoadable} than are reported one by one.
     *
     * @param count the number of further ones, from 1
     */
    record MoreNotLoadable(int count) implements Warning {}

    /**
     * Different addons bring different files for the same name; in one process the first one loaded is used for all.
     *
     * @param name the requested name
     * @param candidates the different files, each with an addon that leads to it
     */
    record LibraryConflict(String name, List<Candidate> candidates) implements Warning {
        public LibraryConflict {
            candidates = List.copyOf(candidates);
        }

        /**
         * A file, and the addon that leads to it; paths in the guest.
         *
         * @param file the file with the requested name
         * @param addon the addon whose requests lead to it
         */
        public record Candidate(String file, String addon) {}
    }

    /**
     * The guest's package database is damaged, so the manifest names no packages.
     *
     * @param damage what is wrong with which file, in the form of an error message
     */
    record PackagesUnknown(String damage) implements Warning {}

    /**
     * The manifest of an earlier extraction cannot be read, so none of its files are removed.
     *
     * @param manifest its path on the host
     * @param problem the first line of it
     */
    record ManifestUnreadable(Path manifest, String problem) implements Warning {}

    /**
     * Files that an earlier extraction wrote and this one does not were kept, since they were changed.
     *
     * @param targetRoot absolute
     * @param files relative to the target root
     */
    record ChangedFilesKept(Path targetRoot, List<String> files) implements Warning {
        public ChangedFilesKept {
            files = List.copyOf(files);
        }
    }

    /**
     * Files that no extraction wrote were replaced.
     *
     * @param targetRoot absolute
     * @param files relative to the target root
     */
    record ForeignFilesReplaced(Path targetRoot, List<String> files) implements Warning {
        public ForeignFilesReplaced {
            files = List.copyOf(files);
        }
    }

    /**
     * A file that extractions write was kept, since it has changed since the last one.
     *
     * @param file its path on the host
     */
    record ChangedFileKept(Path file) implements Warning {}

    /**
     * This user may not read a file, so it cannot be checked how programs start from the target root.
     *
     * @param targetRoot absolute
     * @param file its path on the host
     */
    record CopyUnchecked(Path targetRoot, String file) implements Warning {}

    /**
     * The loader would not open the same files in the target root as in the guest.
     *
     * @param targetRoot absolute
     * @param differences one sentence each, as in the error that replaces this warning when the program must start
     * @param moved whether files were moved out of the guest's /root
     */
    record CopyDiffers(Path targetRoot, List<String> differences, boolean moved) implements Warning {
        public CopyDiffers {
            differences = List.copyOf(differences);
        }
    }

    /**
     * A program failed in the target root, and had looked for files there that only the environment has: it may need
     * them.
     *
     * @param program its path in the target root
     * @param entries the files and directories, those that the program named first; not empty
     * @param more how many further ones there are
     */
    record LookedForInVain(String program, List<Lookup> entries, int more) implements Warning {
        public LookedForInVain {
            entries = List.copyOf(entries);
        }

        /**
         * A file or directory.
         *
         * @param path as the program looked for it, in the target root
         * @param entry how config.json names it
         * @param directory whether it is a directory
         * @param sizeBytes its size; for a directory, that of the files below it
         * @param owner the package to which a file belongs, if there is one
         */
        public record Lookup(String path, String entry, boolean directory, long sizeBytes, Optional<String> owner) {}
    }
}
