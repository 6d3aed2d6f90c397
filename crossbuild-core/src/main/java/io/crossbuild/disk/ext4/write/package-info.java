// SPDX-License-Identifier: Apache-2.0
/** A writer of ext4 file systems from file trees. */
@NullMarked
package io.crossbuild.disk.ext4.write;

import org.jspecify.annotations.NullMarked;
