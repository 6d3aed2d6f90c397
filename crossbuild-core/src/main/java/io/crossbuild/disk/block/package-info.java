// SPDX-License-Identifier: Apache-2.0
/** Block devices, and disk images that hold one byte for byte. */
@NullMarked
package io.crossbuild.disk.block;

import org.jspecify.annotations.NullMarked;
