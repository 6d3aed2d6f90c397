// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

/** How a step runs. */
public enum StepOption {
    /** Every access to the environment's disk leaves its time there. */
    TRACED("trace"),
    /** The machine has no network meanwhile. */
    OFFLINE("offline");

    private final String word;

    StepOption(String word) {
        this.word = word;
    }

    /** For the guest's script. */
    String word() {
        return word;
    }
}
