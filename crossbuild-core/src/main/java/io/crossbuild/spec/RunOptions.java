// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.time.Duration;

/**
 * How a program of a target root is run. Start with {@link #DEFAULTS}.
 *
 * @param network whether the program can reach what the host can reach
 * @param timeout how long it may run
 */
public record RunOptions(boolean network, Duration timeout) {
    /** No network, at most ten minutes. */
    public static final RunOptions DEFAULTS = new RunOptions(false, Duration.ofMinutes(10));

    /** The same; if true, the program can reach what the host can reach. */
    public RunOptions withNetwork(boolean value) {
        return new RunOptions(value, timeout);
    }

    /** The same with a different time limit. */
    public RunOptions withTimeout(Duration value) {
        return new RunOptions(network, value);
    }
}
