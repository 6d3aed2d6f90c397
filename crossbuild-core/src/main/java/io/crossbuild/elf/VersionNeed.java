// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import java.util.List;

/**
 * The symbol versions that an object needs from one library (a {@code Verneed} record).
 *
 * @param file the library's name, as in {@code DT_NEEDED}
 */
public record VersionNeed(String file, List<Version> versions) {
    public VersionNeed {
        versions = List.copyOf(versions);
    }

    /**
     * One version (a {@code Vernaux} record).
     *
     * @param name such as "GLIBC_2.34"
     * @param weak whether the loader accepts that it is not defined ({@code VER_FLG_WEAK})
     */
    public record Version(String name, boolean weak) {}
}
