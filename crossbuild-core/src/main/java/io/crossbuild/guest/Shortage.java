// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

/** Something that an environment has too little of. */
public enum Shortage {
    /** The kernel ended a process for want of memory. */
    MEMORY,
    /** Less than 100 MB are left on the disk. */
    DISK;

    /** As the guest's script prints it. */
    String word() {
        return this == MEMORY ? "memory" : "disk";
    }
}
