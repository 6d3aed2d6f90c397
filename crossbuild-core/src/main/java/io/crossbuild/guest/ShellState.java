// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

/**
 * The state with which a shell of the environment starts, or which it leaves.
 *
 * @param directory the working directory
 * @param exports declarations of exported variables, as bash's {@code declare -p} prints them
 */
public record ShellState(String directory, String exports) {}
