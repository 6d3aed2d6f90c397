// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import io.crossbuild.tree.RootLogin;

/**
 * What a step passes on to the next one, in addition to the disk.
 *
 * @param directory the working directory
 * @param exports declarations of exported variables that differ from the base environment, as printed by bash's {@code
 *     declare -p}
 */
public record StepState(String directory, String exports) {
    /** The state with which the first step begins. */
    public static final StepState INITIAL = new StepState(RootLogin.HOME, "");
}
