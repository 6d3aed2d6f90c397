// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.manifest;

import java.nio.file.Path;

/**
 * The files of a target root that extractions keep there beside what they extract.
 *
 * @param root the target root, a real path
 */
public record OwnFiles(Path root) {
    /** The name of {@link #directory}. */
    public static final String DIRECTORY = ".crossbuild";
    /** The name of {@link #runConfiguration}. */
    public static final String RUN_CONFIGURATION = "run.json";

    /** The directory of all of them but run.json. */
    public Path directory() {
        return root.resolve(DIRECTORY);
    }

    /** The configuration for {@code ops run}. */
    public Path runConfiguration() {
        return root.resolve(RUN_CONFIGURATION);
    }

    /** {@link Manifest} of the last extraction. */
    public Path manifest() {
        return directory().resolve("manifest.json");
    }

    /** {@link Manifest} of one that moves its files into place. */
    public Path nextManifest() {
        return directory().resolve("manifest.next.json");
    }

    /** How the last extraction left the target root. */
    public Path record() {
        return directory().resolve("record");
    }

    /** What was read of the disk for it. */
    public Path trace() {
        return directory().resolve("trace");
    }

    /** Files before they are put in place. */
    public Path staging() {
        return directory().resolve("staging");
    }

    /** Held by one extraction at a time. */
    public Path lock() {
        return directory().resolve("lock");
    }
}
