// SPDX-License-Identifier: Apache-2.0
/** Facts about a processor architecture: its names in Debian, QEMU, ELF and the GNU triplet. */
@NullMarked
package io.crossbuild.arch;

import org.jspecify.annotations.NullMarked;
