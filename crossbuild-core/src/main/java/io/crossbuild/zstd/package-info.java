// SPDX-License-Identifier: Apache-2.0
/** Zstandard frames (RFC 8878) to the bytes that were compressed. */
@NullMarked
package io.crossbuild.zstd;

import org.jspecify.annotations.NullMarked;
