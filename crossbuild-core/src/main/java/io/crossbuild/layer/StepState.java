// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import io.crossbuild.tree.RootLogin;

/**
 * What a step hands to the next one, beside the disk.
 *
 * @param directory the working directory
 * @param exports declarations of the exported variables that are not the base environment's, as bash's {@code declare -p}
 *     prints them
 */
public record StepState(String directory, String exports) {
    /** What the first step begins with. */
    public static final StepState INITIAL = new StepState(RootLogin.HOME, "");
}
