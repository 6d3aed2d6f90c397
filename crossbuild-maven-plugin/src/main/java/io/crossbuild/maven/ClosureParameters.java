// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.arch.Architecture;
import io.crossbuild.closure.CpuProfile;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.error.NearestName;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.LibraryVersion;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The parameters about libraries; errors are added to the parameters' problems. */
final class ClosureParameters {
    private static final String PORTABLE = "portable";

    private ClosureParameters() {}

    static ClosureOptions.StartCheck startCheck(Parameters parameters, @Nullable String ofPom) {
        return parameters
                .parsed(
                        "startCheck",
                        text -> Arrays.stream(ClosureOptions.StartCheck.values())
                                .filter(c -> c.name().equalsIgnoreCase(text))
                                .findFirst(),
                        "error or warn",
                        ofPom)
                .orElse(ClosureOptions.StartCheck.ERROR);
    }

    /**
     * The processor to extract for; null for every processor.
     *
     * @param arch the architecture to which it must belong; null if it is unknown
     */
    static @Nullable CpuProfile cpu(Parameters parameters, @Nullable String ofPom, @Nullable Architecture arch) {
        Optional<String> name = parameters.text("cpu", ofPom).map(n -> n.toLowerCase(Locale.ROOT));
        if (name.isEmpty() || name.get().equals(PORTABLE)) {
            return null;
        }
        List<String> known =
                CpuProfile.names().stream().filter(n -> isOf(n, arch)).toList();
        if (!known.contains(name.get())) {
            String expected = known.isEmpty() ? PORTABLE : PORTABLE + " or one of " + String.join(", ", known);
            parameters.wrong(
                    "cpu",
                    "'" + name.get() + "'" + (arch == null ? "" : " for " + arch.debianName()) + " (expected "
                            + expected + ")" + NearestName.suggestion(name.get(), known),
                    null);
            return null;
        }
        return CpuProfile.named(name.get()).orElse(null);
    }

    private static boolean isOf(String cpu, @Nullable Architecture arch) {
        return arch == null || (arch == Architecture.AMD64 && cpu.startsWith("x86-64-"));
    }

    /** The newest glibc that files may need; null for any. */
    static @Nullable LibraryVersion maxGlibc(Parameters parameters, @Nullable String ofPom) {
        return parameters
                .parsed("maxGlibc", LibraryVersion::ofGlibc, "a version of glibc such as 2.17", ofPom)
                .orElse(null);
    }

    /** The newest version of libstdc++'s symbols that files may need; null for any. */
    static @Nullable LibraryVersion maxGlibcxx(Parameters parameters, @Nullable String ofPom) {
        return parameters
                .parsed(
                        "maxGlibcxx",
                        LibraryVersion::ofGlibcxx,
                        "the number of a version GLIBCXX_3.4.x, such as 3.4.19",
                        ofPom)
                .orElse(null);
    }

    /** The groups of files to include. */
    static Set<HintGroup> include(Parameters parameters, @Nullable List<String> ofPom) {
        List<String> given = parameters.listFromCommandLine("include");
        List<String> known =
                Arrays.stream(HintGroup.values()).map(HintGroup::text).toList();
        Set<HintGroup> groups = EnumSet.noneOf(HintGroup.class);
        for (String item : given == null ? (ofPom == null ? List.<String>of() : ofPom) : given) {
            for (String name : item.split("[,\\s]+")) {
                Optional<HintGroup> group = HintGroup.of(name);
                if (group.isPresent()) {
                    groups.add(group.get());
                } else if (!name.isEmpty()) {
                    parameters.wrong(
                            "include",
                            "'" + name + "' (expected groups of " + String.join(", ", known) + ")"
                                    + NearestName.suggestion(name, known),
                            null);
                }
            }
        }
        return groups;
    }
}
