// SPDX-License-Identifier: Apache-2.0
/** Failures that a user can act on: each has a message, advice and, if there is a log, its path. */
@NullMarked
package io.crossbuild.error;

import org.jspecify.annotations.NullMarked;
