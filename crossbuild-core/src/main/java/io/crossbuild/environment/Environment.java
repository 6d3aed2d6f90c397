// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import io.crossbuild.spec.EnvironmentSpec;
import java.nio.file.Path;
import java.util.Map;

/**
 * An environment in the store.
 *
 * @param key the digest of the packages and everything else that it was made from
 * @param id of this installation: when it is made again from the same packages, it has the same key but a different id
 * @param release one digest of the archive's indexes from which its package lists come
 * @param mirror the archive that its apt uses
 * @param updates the mirrors of the suites with updates that its apt uses, by suite
 * @param packageCount installed packages
 */
public record Environment(
        String key,
        String id,
        EnvironmentSpec spec,
        String release,
        String mirror,
        Map<String, String> updates,
        int packageCount,
        Path directory) {
    static final String DISK_FILE = "disk.qcow2";
    static final String METADATA_FILE = "environment.json";

    public Environment {
        updates = Map.copyOf(updates);
    }

    /** The qcow2 image of the root file system. */
    public Path disk() {
        return directory.resolve(DISK_FILE);
    }
}
