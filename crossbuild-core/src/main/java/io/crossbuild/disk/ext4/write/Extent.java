// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4.write;

/**
 * Neighbouring blocks of a file.
 *
 * @param logical the first one's number in the file
 * @param start the first one's number on the disk
 * @param count at most {@link #LONGEST}
 */
record Extent(long logical, long start, int count) {
    /** A longer one would be an unwritten one (ext4_extent of the kernel's fs/ext4/ext4_extents.h). */
    static final int LONGEST = 1 << 15;
}
