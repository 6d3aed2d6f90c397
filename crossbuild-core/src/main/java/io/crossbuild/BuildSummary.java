// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import java.time.Duration;

/**
 * What a build did.
 *
 * @param steps steps of the build file, at least 1
 * @param stepsRun the steps that ran instead of being taken from the store
 * @param elapsed from the call to the end of the extraction
 * @param extraction what was extracted
 */
public record BuildSummary(int steps, int stepsRun, Duration elapsed, ExtractionSummary extraction) {}
