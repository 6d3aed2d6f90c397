// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.disk.ext4.AccessWindow;
import java.util.Optional;

/**
 * How a step ended.
 *
 * @param status the shell's exit status; 128 plus the signal's number when a signal ended it
 * @param left the state that the shell left; empty when it left none, as after {@code exec}
 * @param accesses when it read files, by the guest's clock; empty unless it was traced and its status is 0
 */
public record StepExit(int status, Optional<ShellState> left, Optional<AccessWindow> accesses) {}
