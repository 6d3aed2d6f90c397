// SPDX-License-Identifier: Apache-2.0
/** Readers for qcow2 images and ext4 file systems. */
@NullMarked
package io.crossbuild.disk;

import org.jspecify.annotations.NullMarked;
