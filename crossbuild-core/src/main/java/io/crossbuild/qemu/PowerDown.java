// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

/** How a machine came to its end. */
public enum PowerDown {
    /** The guest powered off; all its writes are in the images. */
    BY_GUEST,
    /** QEMU was told to quit; what the guest had written is in the images, what it held in memory is lost. */
    BY_QUIT,
    /** QEMU was killed; images that it had open for writing must not be used. */
    BY_KILL
}
