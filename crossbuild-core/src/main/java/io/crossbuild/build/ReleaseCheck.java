// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import java.util.Optional;

/** Tells the current release of an environment's suite in its archive. */
@FunctionalInterface
public interface ReleaseCheck {
    /** The digest of the archive's index; empty when the archive cannot be reached. */
    Optional<String> currentRelease() throws InterruptedException;
}
