// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import java.util.Locale;

/**
 * How a disk's image file is read. It is always specified, never guessed: a guest could write the header of a different
 * format.
 */
public enum DiskFormat {
    RAW,
    QCOW2;

    String qemuName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
