// SPDX-License-Identifier: Apache-2.0
/** Debian's archive: signed indexes, version order, dependency solution, the contents of packages. */
@NullMarked
package io.crossbuild.debian;

import org.jspecify.annotations.NullMarked;
