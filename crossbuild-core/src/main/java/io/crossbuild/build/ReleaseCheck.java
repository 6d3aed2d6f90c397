// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import java.util.Optional;

/** Tells which release of its archive an environment's suite is at now. */
@FunctionalInterface
public interface ReleaseCheck {
    /** The digest of the archive's index; empty when the archive cannot be asked. */
    Optional<String> currentRelease() throws InterruptedException;
}
