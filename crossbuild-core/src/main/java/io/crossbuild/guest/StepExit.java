// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import java.util.Optional;

/**
 * How a step ended.
 *
 * @param status the shell's exit status; 128 plus the signal's number when a signal ended it
 * @param left the state that the shell left; empty when it left none, as after {@code exec}
 */
public record StepExit(int status, Optional<ShellState> left) {}
