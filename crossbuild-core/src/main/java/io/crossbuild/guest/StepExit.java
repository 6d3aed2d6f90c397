// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.disk.ext4.AccessWindow;
import java.util.List;
import java.util.Optional;

/**
 * How a step ended.
 *
 * @param status the shell's exit status; 128 plus the signal's number when a signal ended it
 * @param left the state that the shell left; empty when it left none, as after {@code exec}
 * @param accesses when it read files, by the guest's clock; empty unless it was traced and its status is 0
 * @param running names of some processes that ran when the shell ended, and were ended with it
 */
public record StepExit(int status, Optional<ShellState> left, Optional<AccessWindow> accesses, List<String> running) {
    public StepExit {
        running = List.copyOf(running);
    }
}
