// SPDX-License-Identifier: Apache-2.0
/** Failures that a user can act on: each has a message, advice and, where there is one, the log's path. */
@NullMarked
package io.crossbuild.error;

import org.jspecify.annotations.NullMarked;
