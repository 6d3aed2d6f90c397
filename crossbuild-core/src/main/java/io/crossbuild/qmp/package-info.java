// SPDX-License-Identifier: Apache-2.0
/** A client of the QEMU Machine Protocol. */
@NullMarked
package io.crossbuild.qmp;

import org.jspecify.annotations.NullMarked;
