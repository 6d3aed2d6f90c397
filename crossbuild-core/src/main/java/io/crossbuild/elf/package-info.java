// SPDX-License-Identifier: Apache-2.0
/** ELF files as records, read from their bytes; no policy. */
@NullMarked
package io.crossbuild.elf;

import org.jspecify.annotations.NullMarked;
