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
 */
public record ClosureOptions(
        StartCheck startCheck, @Nullable CpuProfile cpu, boolean ldconfig, Set<HintGroup> include, Set<RuntimeSource> sources) {

    /** Start problems are errors; every processor; the cache as it is; rules, and no group beyond them. */
    public static final ClosureOptions DEFAULTS =
            new ClosureOptions(StartCheck.ERROR, null, false, EnumSet.noneOf(HintGroup.class), EnumSet.of(RuntimeSource.RULES));

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
        return new ClosureOptions(value, cpu, ldconfig, include, sources);
    }

    /** The same for one processor; null for every processor of the architecture. */
    public ClosureOptions withCpu(@Nullable CpuProfile value) {
        return new ClosureOptions(startCheck, value, ldconfig, include, sources);
    }

    /** The same; if true, libraries are searched as if ldconfig had just been run. */
    public ClosureOptions withLdconfig(boolean value) {
        return new ClosureOptions(startCheck, cpu, value, include, sources);
    }

    /** The same with these groups of run-time files instead, see {@link #include()}. */
    public ClosureOptions withInclude(Set<HintGroup> value) {
        return new ClosureOptions(startCheck, cpu, ldconfig, value, sources);
    }

    /** The same with these sources of knowledge about run-time files instead, see {@link #sources()}. */
    public ClosureOptions withSources(Set<RuntimeSource> value) {
        return new ClosureOptions(startCheck, cpu, ldconfig, include, value);
    }
}
