// SPDX-License-Identifier: Apache-2.0
/** Runs the steps that have no layer yet, each into a layer of its own; opens the shell. */
@NullMarked
package io.crossbuild.build;

import org.jspecify.annotations.NullMarked;
