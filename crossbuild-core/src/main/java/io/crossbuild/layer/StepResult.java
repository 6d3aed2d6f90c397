// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import io.crossbuild.disk.ext4.AccessWindow;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The result of a step that ran.
 *
 * @param text the step's text
 * @param inputs digests of inputs, by their text
 * @param after the state with which the next step begins
 * @param accesses when it read files, by the times on the disk; empty unless it was traced
 */
public record StepResult(
        String text, Map<String, String> inputs, StepState after, Duration took, Optional<AccessWindow> accesses) {}
