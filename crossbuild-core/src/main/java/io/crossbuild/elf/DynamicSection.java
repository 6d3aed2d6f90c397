// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The dynamic section (gABI chapter 5): what an object tells the loader. Strings are as stored. If a tag occurs too
 * often, the last one counts, as it does for loaders.
 *
 * @param dependencies in the order of their tags, which is the order of loading
 * @param soname {@code DT_SONAME}
 * @param rpath {@code DT_RPATH}
 * @param runpath {@code DT_RUNPATH}; the empty string is not the same as null: its presence switches RPATH off
 * @param flags1 {@code DT_FLAGS_1}, such as {@link #FLAG_1_PIE}
 * @param hasDebugTag whether there is {@code DT_DEBUG}, which link editors give to programs only
 * @param audit {@code DT_AUDIT}
 * @param depAudit {@code DT_DEPAUDIT}
 * @param versionNeeds every needed version of symbols
 * @param definedVersions every version of symbols that the object defines; null when it has no version definitions at
 *     all, which loaders treat as "every version is defined"
 */
public record DynamicSection(
        List<NeededLibrary> dependencies,
        @Nullable String soname,
        @Nullable String rpath,
        @Nullable String runpath,
        long flags1,
        boolean hasDebugTag,
        @Nullable String audit,
        @Nullable String depAudit,
        List<VersionNeed> versionNeeds,
        @Nullable Set<String> definedVersions) {

    /** {@code DF_1_NOOPEN}: not for dlopen. */
    public static final long FLAG_1_NOOPEN = 0x40;

    /** {@code DF_1_NODEFLIB}: do not search the system directories. */
    public static final long FLAG_1_NODEFLIB = 0x800;

    /** {@code DF_1_PIE}: a program, although its type is that of a shared object. */
    public static final long FLAG_1_PIE = 0x0800_0000;

    public DynamicSection {
        dependencies = List.copyOf(dependencies);
        versionNeeds = List.copyOf(versionNeeds);
        definedVersions = definedVersions == null ? null : Set.copyOf(definedVersions);
    }

    public boolean has(long flag1) {
        return (flags1 & flag1) != 0;
    }
}
