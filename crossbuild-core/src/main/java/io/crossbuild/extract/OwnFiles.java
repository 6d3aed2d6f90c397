// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import java.nio.file.Path;

/**
 * The files of a target root that extractions keep there beside what they extract.
 *
 * @param root the target root, a real path
 */
record OwnFiles(Path root) {
    /** The directory of all of them but run.json. */
    static final String DIRECTORY = ".crossbuild";
    /** The configuration for {@code ops run}. */
    static final String RUN_CONFIGURATION = "run.json";

    Path directory() {
        return root.resolve(DIRECTORY);
    }

    Path runConfiguration() {
        return root.resolve(RUN_CONFIGURATION);
    }

    /** {@link Manifest} of the last extraction. */
    Path manifest() {
        return directory().resolve("manifest.json");
    }

    /** {@link Manifest} of one that moves its files into place. */
    Path nextManifest() {
        return directory().resolve("manifest.next.json");
    }

    /** How the last extraction left the target root. */
    Path record() {
        return directory().resolve("record");
    }

    /** What was read of the disk for it. */
    Path trace() {
        return directory().resolve("trace");
    }

    /** Files before they are put in place. */
    Path staging() {
        return directory().resolve("staging");
    }

    /** Held by one extraction at a time. */
    Path lock() {
        return directory().resolve("lock");
    }
}
