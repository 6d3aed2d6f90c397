// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.error.ProgramFailedException;
import java.time.Duration;
import java.util.Optional;

/**
 * How a program ended.
 *
 * @param status its exit status; 128 plus the signal's number for a program ended by a signal; -1 if it did not end in
 *     time
 * @param elapsed from the call to the program's end
 * @param failure the message and the advice for a status other than 0
 */
public record RunSummary(int status, Duration elapsed, Optional<ProgramFailedException> failure) {
    /** Throws the failure, if there is one. */
    public void check() throws ProgramFailedException {
        if (failure.isPresent()) {
            throw failure.get();
        }
    }
}
