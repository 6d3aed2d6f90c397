// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import java.time.Duration;
import java.util.Map;

/**
 * What came of a step that ran.
 *
 * @param text the step's
 * @param inputs digests by the text of what brought them
 * @param after what the next step begins with
 */
public record StepResult(String text, Map<String, String> inputs, StepState after, Duration took) {}
