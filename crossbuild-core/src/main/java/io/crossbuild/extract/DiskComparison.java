// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.disk.ext4.ReadTrace;
import java.util.List;

/** Compares the disk of the last extraction with the disk of the next one. */
@FunctionalInterface
public interface DiskComparison {
    /** Treats all disks as different. */
    DiskComparison NONE = (disk, trace) -> false;

    /**
     * Whether everything that was read from the last disk has the same content on the next disk. False when the last
     * disk is gone.
     *
     * @param disk the ids of the last disk's environment and layers, as in {@link ExtractionInputs}
     */
    boolean readsTheSame(List<String> disk, ReadTrace trace);
}
