// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.manifest;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * The files that extractions keep in a target root in addition to what they extract.
 *
 * @param root the target root, a real path
 */
public record OwnFiles(Path root) {
    /** The name of {@link #directory}. */
    public static final String DIRECTORY = ".crossbuild";
    /** The name of {@link #runConfiguration}. */
    public static final String RUN_CONFIGURATION = "run.json";

    /** The directory that contains all of them except run.json. */
    public Path directory() {
        return root.resolve(DIRECTORY);
    }

    /** The configuration for {@code ops run}. */
    public Path runConfiguration() {
        return root.resolve(RUN_CONFIGURATION);
    }

    /** The {@link Manifest} of the last extraction. */
    public Path manifest() {
        return directory().resolve("manifest.json");
    }

    /**
     * The {@link Manifest} of an extraction that is moving its files into place. It exists exactly as long as the files
     * may be a mixture of two extractions; if the process is killed then, the next extraction repairs it.
     */
    public Path nextManifest() {
        return directory().resolve("manifest.next.json");
    }

    /** Whether an extraction was interrupted while it moved its files into place, or is doing so now. */
    public boolean isBetweenStates() {
        return Files.exists(nextManifest(), LinkOption.NOFOLLOW_LINKS);
    }

    /** The state in which the last extraction left the target root. */
    public Path record() {
        return directory().resolve("record");
    }

    /** What the last extraction read from the disk. */
    public Path trace() {
        return directory().resolve("trace");
    }

    /** What was run here successfully: a digest of the programs and of the manifest. */
    public Path verified() {
        return directory().resolve("verified");
    }

    /** Files that are not yet in place. */
    public Path staging() {
        return directory().resolve("staging");
    }

    /** Held by one extraction at a time. */
    public Path lock() {
        return directory().resolve("lock");
    }
}
