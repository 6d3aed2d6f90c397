// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import io.crossbuild.closure.CpuProfile;
import io.crossbuild.closure.HintGroup;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked of the closure of what is extracted.
 *
 * @param startCheck what becomes of a program that would not start
 * @param cpu the one processor to extract for; null for every one of the architecture
 * @param ldconfig whether libraries are looked for as if ldconfig had just been run in the guest
 * @param include which files that programs open at run time are extracted too
 */
public record ClosureOptions(
        StartCheck startCheck, @Nullable CpuProfile cpu, boolean ldconfig, Set<HintGroup> include) {

    /** An error, every processor, the cache that there is, nothing beyond the closure. */
    public static final ClosureOptions DEFAULTS =
            new ClosureOptions(StartCheck.ERROR, null, false, EnumSet.noneOf(HintGroup.class));

    /** What becomes of a program that would not start, in the guest or from the target root. */
    public enum StartCheck {
        /** Nothing is extracted; or, when the target root itself is why, the extraction fails. */
        ERROR,
        /** A warning. */
        WARN
    }

    public ClosureOptions {
        include = include.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(include));
    }
}
