// SPDX-License-Identifier: Apache-2.0
/** Copies selected files and their closure from a file tree to a target root. */
@NullMarked
package io.crossbuild.extract;

import org.jspecify.annotations.NullMarked;
