// SPDX-License-Identifier: Apache-2.0
/** A reader of ext2, ext3 and ext4 file systems. */
@NullMarked
package io.crossbuild.disk.ext4;

import org.jspecify.annotations.NullMarked;
