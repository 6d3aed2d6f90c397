// SPDX-License-Identifier: Apache-2.0
/** What a closure is, as values: the files that a loader opens, why, and what is missing. */
@NullMarked
package io.crossbuild.closure;

import org.jspecify.annotations.NullMarked;
