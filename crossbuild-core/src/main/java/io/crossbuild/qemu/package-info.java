// SPDX-License-Identifier: Apache-2.0
/** QEMU: finding or downloading it, choosing an accelerator, its command line, its process. */
@NullMarked
package io.crossbuild.qemu;

import org.jspecify.annotations.NullMarked;
