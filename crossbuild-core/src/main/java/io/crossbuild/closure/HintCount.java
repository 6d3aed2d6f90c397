// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

/**
 * Files of one kind that the extracted programs may open at run time and that were not asked for.
 *
 * @param entries files, libraries and whole directories
 */
public record HintCount(HintGroup group, int entries) {}
