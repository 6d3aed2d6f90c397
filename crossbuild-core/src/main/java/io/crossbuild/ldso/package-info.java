// SPDX-License-Identifier: Apache-2.0
/** The closure of a program: the files that the dynamic loader of glibc or musl would open. */
@NullMarked
package io.crossbuild.ldso;

import org.jspecify.annotations.NullMarked;
