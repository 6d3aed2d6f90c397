// SPDX-License-Identifier: Apache-2.0
/** A read-only view of a Linux file tree, wherever it is stored; links are resolved inside the tree. */
@NullMarked
package io.crossbuild.tree;

import org.jspecify.annotations.NullMarked;
