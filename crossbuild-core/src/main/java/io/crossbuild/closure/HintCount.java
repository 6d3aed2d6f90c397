// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

/**
 * Files of one group that the extracted programs may open at run time and that were not requested.
 *
 * @param group what they are for
 * @param entries files, libraries and whole directories
 */
public record HintCount(HintGroup group, int entries) {}
