// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.CpuProfile;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The subdirectories that glibc's loader tries in each library directory, by processor
 * ({@code _dl_important_hwcaps} of elf/dl-hwcaps.c).
 */
final class CpuDirectories {
    private final CpuProfile profile;
    private final List<String> subdirectories = new ArrayList<>();
    /** First components of subdirectories for any processor: if one of them exists, the processor may matter. */
    private final Set<String> anyFirst;

    private final Map<String, List<String>> existing = new HashMap<>();
    private final Map<String, Boolean> any = new HashMap<>();

    /** @param anyFirst see {@link CpuVariants#firstComponents} */
    CpuDirectories(LoaderFacts facts, CpuProfile profile, Set<String> anyFirst) {
        this.profile = profile;
        this.anyFirst = anyFirst;
        if (facts.hasNamedSubdirectories()) {
            for (String name : profile.subdirectories()) {
                subdirectories.add("glibc-hwcaps/" + name + "/");
            }
        }
        if (facts.hasLegacySubdirectories()) {
            addPowerSet();
        }
        subdirectories.add("");
    }

    /** Every subset of the capabilities, the platform and "tls", the largest first; "tls" comes first in each. */
    private void addPowerSet() {
        List<String> parts = new ArrayList<>(profile.legacyCapabilities());
        if (profile.platform() != null) {
            parts.add(profile.platform());
        }
        parts.add("tls");
        for (int set = (1 << parts.size()) - 1; set > 0; set--) {
            StringBuilder path = new StringBuilder();
            for (int i = parts.size() - 1; i >= 0; i--) {
                if ((set & 1 << i) != 0) {
                    path.append(parts.get(i)).append('/');
                }
            }
            subdirectories.add(path.toString());
        }
    }

    /** See {@link CpuProfile#isaLevels}. */
    int isaLevels() {
        return profile.isaLevels();
    }

    @Nullable String platform() {
        return profile.platform();
    }

    /** The priority of a name below glibc-hwcaps: lower is better, 0 if it is not for this processor. */
    int priority(String subdirectory) {
        return profile.subdirectories().indexOf(subdirectory) + 1;
    }

    /** Whether all of these legacy names apply to this processor. */
    boolean hasLegacy(List<String> names) {
        return names.stream()
                .allMatch(n -> n.equals("tls")
                        || n.equals(profile.platform())
                        || profile.legacyCapabilities().contains(n));
    }

    /** The existing subdirectories of a directory, the best first; the last is the directory itself. */
    List<String> existing(TreeView view, String directory) throws IOException, CrossbuildException {
        List<String> known = existing.get(directory);
        if (known == null) {
            known = new ArrayList<>();
            boolean some = hasAny(view, directory);
            for (String below : subdirectories) {
                if (below.isEmpty() || (some && view.isDirectory(directory + below))) {
                    known.add(below);
                }
            }
            existing.put(directory, List.copyOf(known));
        }
        return known;
    }

    /** Whether a directory has a subdirectory for any processor. */
    boolean hasAny(TreeView view, String directory) throws IOException, CrossbuildException {
        Boolean known = any.get(directory);
        if (known == null) {
            known = false;
            for (String first : anyFirst) {
                known |= view.isDirectory(directory + first);
            }
            any.put(directory, known);
        }
        return known;
    }
}
