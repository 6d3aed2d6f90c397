// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.StartProblem;
import io.crossbuild.elf.DynamicSection;
import io.crossbuild.elf.VersionNeed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What glibc's loader asks of the objects once all are found: that the needed versions of symbols are defined
 * ({@code _dl_check_map_versions} of elf/dl-version.c) and that the processor is new enough
 * ({@code dl_isa_level_check} of sysdeps/x86/dl-prop.h).
 */
final class GlibcCheck {
    private final int isaLevels;
    private final Map<Pair, List<String>> known = new HashMap<>();

    /** @param isaLevels bit n set when the processor has x86-64 level n+1; -1 when no processor is chosen */
    GlibcCheck(int isaLevels) {
        this.isaLevels = isaLevels;
    }

    private record Pair(long needing, long defining, int index) {
        /** The one that a record gets is made when it is first called, which delays a cold start. */
        @Override
        public int hashCode() {
            return (Long.hashCode(needing) * 31 + Long.hashCode(defining)) * 31 + index;
        }

        /** As {@link #hashCode}. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Pair that
                    && needing == that.needing
                    && defining == that.defining
                    && index == that.index;
        }
    }

    /** Finds loaded objects. */
    interface LoadedNames {
        /** The object that a name stands for; null for none. */
        @Nullable LoadedObject loaded(String name);
    }

    void check(String root, List<LoadedObject> objects, LoadedNames named, ClosureBuilder out) {
        for (LoadedObject object : objects) {
            DynamicSection dynamic = object.dynamic();
            if (dynamic == null || object.elf() == null || object.file() == null) {
                continue;
            }
            List<VersionNeed> needs = dynamic.versionNeeds();
            for (int i = 0; i < needs.size(); i++) {
                LoadedObject provider = named.loaded(needs.get(i).file());
                if (provider != null && provider.dynamic() != null && provider.file() != null) {
                    versions(root, object, i, provider, out);
                }
            }
            int lacking = object.elf().x86IsaNeeded() & ~isaLevels;
            if (lacking != 0) {
                out.problem(
                        StartProblem.Kind.CPU_TOO_OLD,
                        root,
                        object.path(),
                        "Cannot load '" + object.path() + "': it needs a processor of level x86-64-v"
                                + (32 - Integer.numberOfLeadingZeros(lacking))
                                + " (expected at most x86-64-v" + Integer.bitCount(isaLevels) + ")");
            }
        }
    }

    private void versions(String root, LoadedObject object, int index, LoadedObject provider, ClosureBuilder out) {
        TreeView.Present needing = object.file();
        TreeView.Present defining = provider.file();
        DynamicSection dynamic = object.dynamic();
        DynamicSection defined = provider.dynamic();
        if (needing == null || defining == null || dynamic == null || defined == null) {
            return;
        }
        VersionNeed need = dynamic.versionNeeds().get(index);
        Pair pair = new Pair(needing.node().id(), defining.node().id(), index);
        List<String> lacking = known.get(pair);
        if (lacking == null) {
            lacking = lacking(need, defined.definedVersions());
            known.put(pair, lacking);
        }
        for (String version : lacking) {
            out.problem(
                    StartProblem.Kind.MISSING_VERSION,
                    root,
                    object.path(),
                    "Cannot load '" + object.path() + "': no version '" + version + "' in '" + provider.path()
                            + "' (expected one that defines it)");
        }
    }

    private static List<String> lacking(VersionNeed need, @Nullable Set<String> defined) {
        // A library without any versions is accepted.
        if (defined == null) {
            return List.of();
        }
        List<String> result = new ArrayList<>();
        for (VersionNeed.Version v : need.versions()) {
            if (!v.weak() && !defined.contains(v.name())) {
                result.add(v.name());
            }
        }
        return result;
    }
}
