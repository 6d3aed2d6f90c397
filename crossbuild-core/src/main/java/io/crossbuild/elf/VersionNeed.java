// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

/**
 * A version of symbols that an object needs (a {@code Vernaux} record).
 *
 * @param file the name of the object that must define it, as in {@code DT_NEEDED}
 * @param version its name, such as "GLIBC_2.34"
 * @param weak whether the loader accepts that it is not defined ({@code VER_FLG_WEAK})
 */
public record VersionNeed(String file, String version, boolean weak) {}
