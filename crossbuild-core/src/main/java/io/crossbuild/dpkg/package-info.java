// SPDX-License-Identifier: Apache-2.0
/** The database of installed packages that dpkg keeps in a tree: which package a file belongs to. */
@NullMarked
package io.crossbuild.dpkg;

import org.jspecify.annotations.NullMarked;
