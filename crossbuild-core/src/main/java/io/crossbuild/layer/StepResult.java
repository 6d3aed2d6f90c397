// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import java.time.Duration;
import java.util.Map;

/**
 * The result of a step that ran.
 *
 * @param text the step's text
 * @param inputs digests of inputs, by their text
 * @param after the state with which the next step begins
 */
public record StepResult(String text, Map<String, String> inputs, StepState after, Duration took) {}
