// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.spec.EnvironmentSpec;
import java.nio.file.Path;

/**
 * An environment in the store.
 *
 * @param key the digest of what it was made from
 * @param installedNow false when it was there already
 * @param packageCount packages of the base system and the extra ones with all they depend on
 * @param bytes what it takes on disk
 */
public record InstalledEnvironment(
        EnvironmentSpec spec, String key, boolean installedNow, int packageCount, long bytes, Path directory) {}
