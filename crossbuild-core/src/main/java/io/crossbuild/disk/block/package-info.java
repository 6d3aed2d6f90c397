// SPDX-License-Identifier: Apache-2.0
/** Block devices, and disk images that contain one byte for byte. */
@NullMarked
package io.crossbuild.disk.block;

import org.jspecify.annotations.NullMarked;
