// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import io.crossbuild.closure.CpuProfile;
import io.crossbuild.closure.HintGroup;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the closure of the extracted files is found and checked.
 *
 * @param startCheck how a program that would not start is reported
 * @param cpu the processor to extract for; null for every processor of the architecture
 * @param ldconfig whether libraries are searched as if ldconfig had just been run in the guest
 * @param include which of the files that programs open at run time are also extracted
 * @param sources where else it is known from which files programs open at run time
 * @param maxGlibc the newest version of glibc's symbols that a selected file may need, such as 2.17; null for any
 * @param maxGlibcxx the newest version of libstdc++'s symbols that a selected file may need, such as 3.4.19, which also
 *     limits what it may need of libgcc; null for any
 */
public record ClosureOptions(
        StartCheck startCheck,
        @Nullable CpuProfile cpu,
        boolean ldconfig,
        Set<HintGroup> include,
        Set<RuntimeSource> sources,
        @Nullable LibraryVersion maxGlibc,
        @Nullable LibraryVersion maxGlibcxx) {

    /** Start problems are errors; every processor; the cache as it is; rules, and no group beyond them; no limits. */
    public static final ClosureOptions DEFAULTS = new ClosureOptions(
            StartCheck.ERROR,
            null,
            false,
            EnumSet.noneOf(HintGroup.class),
            EnumSet.of(RuntimeSource.RULES),
            null,
            null);

    /** How a program that would not start, in the guest or from the target root, is reported. */
    public enum StartCheck {
        /** Nothing is extracted; if the target root itself is the reason, the extraction fails. */
        ERROR,
        /** A warning. */
        WARN
    }

    public ClosureOptions {
        sources = sources.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(sources));
        include = include.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(include));
    }

    /** The same with a different start check. */
    public ClosureOptions withStartCheck(StartCheck value) {
        return new ClosureOptions(value, cpu, ldconfig, include, sources, maxGlibc, maxGlibcxx);
    }

    /** The same for one processor; null for every processor of the architecture. */
    public ClosureOptions withCpu(@Nullable CpuProfile value) {
        return new ClosureOptions(startCheck, value, ldconfig, include, sources, maxGlibc, maxGlibcxx);
    }

    /** The same; if true, libraries are searched as if ldconfig had just been run. */
    public ClosureOptions withLdconfig(boolean value) {
        return new ClosureOptions(startCheck, cpu, value, include, sources, maxGlibc, maxGlibcxx);
    }

    /** The same with these groups of run-time files instead, see {@link #include()}. */
    public ClosureOptions withInclude(Set<HintGroup> value) {
        return new ClosureOptions(startCheck, cpu, ldconfig, value, sources, maxGlibc, maxGlibcxx);
    }

    /** The same with these sources of knowledge about run-time files instead, see {@link #sources()}. */
    public ClosureOptions withSources(Set<RuntimeSource> value) {
        return new ClosureOptions(startCheck, cpu, ldconfig, include, value, maxGlibc, maxGlibcxx);
    }

    /** The same with this limit for glibc, see {@link #maxGlibc()}; null for none. */
    public ClosureOptions withMaxGlibc(@Nullable LibraryVersion value) {
        return new ClosureOptions(startCheck, cpu, ldconfig, include, sources, value, maxGlibcxx);
    }

    /** The same with this limit for libstdc++, see {@link #maxGlibcxx()}; null for none. */
    public ClosureOptions withMaxGlibcxx(@Nullable LibraryVersion value) {
        return new ClosureOptions(startCheck, cpu, ldconfig, include, sources, maxGlibc, value);
    }
}
