// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.event;

import java.nio.file.Path;
import java.util.List;

/** Something that the user should look at but that does not end the build. */
public sealed interface Warning extends BuildEvent {

    /**
     * The archive cannot be asked whether it has changed; the steps run with the package lists that there are.
     *
     * @param problem why, as an error's message says it
     */
    record ArchiveUnreachable(String problem) implements Warning {}

    /**
     * The QEMU that is used is slow without hardware acceleration, and a newer one cannot be downloaded.
     *
     * @param fastVersion the first version that is faster
     * @param problem why it cannot be downloaded, as an error's message says it
     */
    record SlowQemu(String version, Path program, int fastVersion, String problem) implements Warning {}

    /**
     * The layer of a step is damaged, so it does not count.
     *
     * @param step the first line of the step's text
     * @param damage what is wrong with which file
     */
    record LayerDamaged(String step, String damage) implements Warning {}

    /** A layer does not count, as the file that describes it cannot be read. */
    record LayerUnreadable(Path metadata) implements Warning {}

    /** The disk of a cache held no file system that can be mounted, so the cache is empty now. */
    record CacheLost(String directory) implements Warning {}

    /**
     * Files were removed from apt's archive in a cache that are not what the signed package lists say.
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
     * Files that cannot be copied into the guest: sockets, pipes and devices.
     *
     * @param input as the user wrote it, such as "copy src ."
     * @param count of the files, from 1
     */
    record InputLeftOut(String input, long count) implements Warning {}

    /**
     * A program or addon that is extracted cannot be loaded.
     *
     * @param file path in the guest
     * @param problem as the error says it that such a program causes
     * @param chain of requests from the file to the one with the problem, both included
     */
    record NotLoadable(String file, String problem, List<String> chain) implements Warning {
        public NotLoadable {
            chain = List.copyOf(chain);
        }
    }

    /** There are more of {@link NotLoadable} than are told. */
    record MoreNotLoadable(int count) implements Warning {}

    /**
     * One name for which different addons bring different files; in one process the first one loaded serves all.
     *
     * @param name that is asked for
     */
    record LibraryConflict(String name, List<Candidate> candidates) implements Warning {
        public LibraryConflict {
            candidates = List.copyOf(candidates);
        }

        /** A file, and the addon that leads to it; paths in the guest. */
        public record Candidate(String file, String addon) {}
    }

    /** The guest's list of packages is damaged, so the manifest names none. */
    record PackagesUnknown(String damage) implements Warning {}

    /**
     * An earlier extraction's manifest cannot be read, so nothing that it wrote is removed.
     *
     * @param problem the first line of it
     */
    record ManifestUnreadable(Path manifest, String problem) implements Warning {}

    /**
     * Files that an earlier extraction wrote and this one has not stay, since they were changed.
     *
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
     * @param files relative to the target root
     */
    record ForeignFilesReplaced(Path targetRoot, List<String> files) implements Warning {
        public ForeignFilesReplaced {
            files = List.copyOf(files);
        }
    }

    /** A file that extractions write stays as it is, since it is not as the last one left it. */
    record ChangedFileKept(Path file) implements Warning {}

    /** A file may not be read by this user, so it cannot be checked how programs start from the target root. */
    record CopyUnchecked(Path targetRoot, String file) implements Warning {}

    /**
     * The loader would not open the same files in the target root as in the guest.
     *
     * @param differences one sentence each, as the error has them that this is when the program must start
     * @param moved whether files of the guest's /root were taken out of it
     */
    record CopyDiffers(Path targetRoot, List<String> differences, boolean moved) implements Warning {
        public CopyDiffers {
            differences = List.copyOf(differences);
        }
    }
}
