// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import java.time.Duration;

/**
 * What came of a step that ran.
 *
 * @param text the step's
 * @param after what the next step begins with
 */
record StepResult(String text, StepState after, Duration took) {}
