// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

/** Traces that do not come from reading a disk. */
public final class Traces {
    private Traces() {}

    public static ReadTrace of(long... inodes) {
        ReadTrace trace = new ReadTrace();
        for (long inode : inodes) {
            trace.addInode(inode);
            trace.addBlocks(inode * 3, 2);
        }
        return trace;
    }

    /** An incomplete trace. */
    public static ReadTrace ofLargeDisk() {
        return of(1L << 31);
    }

    public static boolean areSame(ReadTrace one, ReadTrace other) {
        return one.inodes().equals(other.inodes()) && one.blocks().equals(other.blocks());
    }
}
