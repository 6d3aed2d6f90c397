// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

/** Something that an environment has too little of. */
public enum Shortage {
    /** The kernel killed a process because memory ran out. */
    MEMORY,
    /** Less than 100 MB is left on the disk. */
    DISK;

    /** As the guest's script prints it. */
    String word() {
        return this == MEMORY ? "memory" : "disk";
    }
}
