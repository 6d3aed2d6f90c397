// SPDX-License-Identifier: Apache-2.0
/** Disk images in QEMU's qcow2 format: reading of chains, creation of empty ones. */
@NullMarked
package io.crossbuild.disk.qcow2;

import org.jspecify.annotations.NullMarked;
