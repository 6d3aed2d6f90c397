// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.environment.Environment;
import io.crossbuild.spec.EnvironmentSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An environment in the store.
 *
 * @param spec what was requested
 * @param key the digest of what it was made from, in hexadecimal digits
 * @param installedNow false when it was already installed
 * @param packageCount packages of the base system plus the additional ones, with everything that they depend on
 * @param bytes the size of its disk image
 * @param directory where it is in the store
 */
public record InstalledEnvironment(
        EnvironmentSpec spec, String key, boolean installedNow, int packageCount, long bytes, Path directory) {

    static InstalledEnvironment of(Environment environment, boolean installedNow) throws IOException {
        return new InstalledEnvironment(
                environment.spec(),
                environment.key(),
                installedNow,
                environment.packageCount(),
                Files.size(environment.disk()),
                environment.directory());
    }
}
