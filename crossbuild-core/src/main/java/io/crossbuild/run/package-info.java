// SPDX-License-Identifier: Apache-2.0
/** Runs a program from a target root in a machine of its own, and finds out what it lacks there. */
@NullMarked
package io.crossbuild.run;

import org.jspecify.annotations.NullMarked;
