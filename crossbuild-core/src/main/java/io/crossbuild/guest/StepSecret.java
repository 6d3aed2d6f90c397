// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import java.util.Optional;

/**
 * A secret for one step.
 *
 * @param variable the environment variable with the value; empty for none
 * @param file the absolute path of a file in memory with the value, readable by root; empty for none
 * @param value without zero characters
 */
public record StepSecret(Optional<String> variable, Optional<String> file, String value) {
    /** Without the value, so that it appears in no log. */
    @Override
    public String toString() {
        return "StepSecret[" + variable.or(() -> file).orElse("") + "]";
    }
}
