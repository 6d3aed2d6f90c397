// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.disk.ext4.ReadTrace;
import java.util.List;

/** Compares a disk that was extracted from with the one that is to be. */
@FunctionalInterface
public interface DiskComparison {
    /** Says that no two disks are the same. */
    DiskComparison NONE = (disk, trace) -> false;

    /**
     * Whether everything that was read of a disk reads the same of the one that is to be extracted from. It does not, when
     * the former disk is gone.
     *
     * @param disk the ids of its environment and layers, as in {@link ExtractionInputs}
     */
    boolean readsTheSame(List<String> disk, ReadTrace trace);
}
