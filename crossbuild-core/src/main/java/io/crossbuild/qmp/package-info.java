// SPDX-License-Identifier: Apache-2.0
/** QEMU's machine protocol: commands, their answers and errors, events (QEMU's {@code docs/interop/qmp-spec}). */
@NullMarked
package io.crossbuild.qmp;

import org.jspecify.annotations.NullMarked;
