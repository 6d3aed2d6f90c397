// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.ldso.hint.HintGroup;

/**
 * Files of one kind that the extracted programs may open at run time and that were not asked for.
 *
 * @param entries files, libraries and whole directories
 */
public record RuntimeGroup(HintGroup group, int entries) {}
