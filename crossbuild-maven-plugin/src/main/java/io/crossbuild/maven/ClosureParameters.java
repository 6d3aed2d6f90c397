// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.arch.Architecture;
import io.crossbuild.closure.CpuProfile;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.error.NearestName;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.LibraryVersion;
import io.crossbuild.spec.RuntimeSource;
import java.util.ArrayList;
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
    /** Turns off the rules. */
    private static final String NONE = "none";

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
        List<String> known = new ArrayList<>();
        Arrays.stream(HintGroup.values()).map(HintGroup::text).forEach(known::add);
        Arrays.stream(RuntimeSource.values()).map(RuntimeSource::text).forEach(known::add);
        known.add(NONE);
        Set<HintGroup> groups = EnumSet.noneOf(HintGroup.class);
        for (String name : includeWords(parameters, ofPom)) {
            HintGroup.of(name).ifPresent(groups::add);
            if (!known.contains(name.toLowerCase(Locale.ROOT))) {
                parameters.wrong(
                        "include",
                        "'" + name + "' (expected groups of " + String.join(", ", known) + ")"
                                + NearestName.suggestion(name, known),
                        null);
            }
        }
        return groups;
    }

    /** Where else files to include come from: rules are among it unless "none" or "traced" is. */
    static Set<RuntimeSource> sources(Parameters parameters, @Nullable List<String> ofPom) {
        Set<RuntimeSource> sources = EnumSet.noneOf(RuntimeSource.class);
        List<String> words = includeWords(parameters, ofPom);
        words.forEach(word -> RuntimeSource.of(word).ifPresent(sources::add));
        if (!sources.contains(RuntimeSource.TRACED) && words.stream().noneMatch(NONE::equalsIgnoreCase)) {
            sources.add(RuntimeSource.RULES);
        }
        return sources;
    }

    private static List<String> includeWords(Parameters parameters, @Nullable List<String> ofPom) {
        @Nullable List<String> given = parameters.listFromCommandLine("include");
        List<String> items = given == null ? (ofPom == null ? List.of() : ofPom) : given;
        return items.stream()
                .flatMap(item -> Arrays.stream(item.split("[,\\s]+")))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
