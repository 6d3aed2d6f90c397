// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.floor;

import io.crossbuild.error.Advice;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ClosureException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.NeededVersion.Library;
import io.crossbuild.spec.LibraryVersion;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Limits for what selected files need of a system's libraries. */
public final class LibraryLimits {
    private static final int SHOWN_FILES = 10;
    private static final int SHOWN_SYMBOLS = 5;
    private static final int SHOWN_ADVICE = 6;

    private final FileTree tree;
    private final SystemTable table;
    private final SymbolTable symbols;
    private final Map<Library, LibraryVersion> limits = new EnumMap<>(Library.class);
    private final List<String> problems = new ArrayList<>();
    private final Map<Replacement, SortedSet<String>> replacements = new LinkedHashMap<>();
    private SystemTable.@Nullable Gcc newestGcc;
    private @Nullable LibraryVersion newestGlibc;
    private boolean needsNewGcc;

    private record Replacement(String template, String base) {}

    /**
     * @param glibc the newest version of glibc's symbols that is allowed; null for any
     * @param glibcxx the newest version of libstdc++'s symbols that is allowed, with what GCC's other libraries have in
     *     the same release; null for any
     */
    public LibraryLimits(FileTree tree, @Nullable LibraryVersion glibc, @Nullable LibraryVersion glibcxx)
            throws IOException {
        this.tree = tree;
        this.table = SystemTable.builtIn();
        this.symbols = SymbolTable.builtIn();
        if (glibc != null) {
            limits.put(Library.GLIBC, glibc);
        }
        if (glibcxx != null) {
            limits.put(Library.GLIBCXX, glibcxx);
            newestGcc = table.newestWithin(glibcxx).orElse(null);
            if (newestGcc != null) {
                limits.put(Library.CXXABI, newestGcc.cxxabi());
                limits.put(Library.GCC, newestGcc.release());
            }
        }
    }

    /**
     * Checks all selected objects.
     *
     * @throws ClosureException when one needs more; the message names each file with its symbols
     */
    public void check(Collection<ObjectNeeds> selected) throws IOException, CrossbuildException {
        FloorObjects objects = new FloorObjects(table, selected);
        for (ObjectNeeds object : objects.all()) {
            List<SymbolVersion> above =
                    objects.needs(object).stream().filter(this::isAbove).toList();
            if (!above.isEmpty()) {
                add(object, above);
            }
        }
        if (problems.isEmpty()) {
            return;
        }
        String list = problems.stream().limit(SHOWN_FILES).collect(Collectors.joining("\n  "))
                + (problems.size() > SHOWN_FILES ? "\n  and " + (problems.size() - SHOWN_FILES) + " more" : "");
        throw new ClosureException(
                problems.size() == 1
                        ? "Cannot extract " + list
                        : "Cannot extract " + problems.size() + " files: they need newer libraries than allowed\n  "
                                + list,
                advice());
    }

    private boolean isAbove(SymbolVersion version) {
        LibraryVersion limit = limits.get(version.library());
        if (limit == null) {
            return false;
        }
        LibraryVersion number = version.number();
        return switch (version.library()) {
            case GLIBC, GLIBCXX -> number == null || number.compareTo(limit) > 0;
            case CXXABI, GCC -> newestGcc != null && !newestGcc.has(version);
        };
    }

    private void add(ObjectNeeds object, List<SymbolVersion> above) throws IOException, CrossbuildException {
        Map<String, SortedSet<String>> found =
                object.symbols(tree, above.stream().map(SymbolVersion::name).collect(Collectors.toSet()));
        Set<String> named = new LinkedHashSet<>();
        Set<String> allowed = new TreeSet<>();
        for (SymbolVersion version : above) {
            SortedSet<String> needing = found.get(version.name());
            if (needing == null) {
                named.add(version.name());
                advise(object, version, version.name());
            } else {
                for (String symbol : needing) {
                    named.add(symbol + "@" + version.name());
                    advise(object, version, symbol);
                }
            }
            allowed.add(version.library() + "_" + limits.get(version.library()));
        }
        String more = named.size() > SHOWN_SYMBOLS ? " and " + (named.size() - SHOWN_SYMBOLS) + " more" : "";
        problems.add("'" + object.path() + "': it needs "
                + named.stream().limit(SHOWN_SYMBOLS).collect(Collectors.joining(", ")) + more + " (expected at most "
                + String.join(", ", allowed) + ")");
    }

    private void advise(ObjectNeeds object, SymbolVersion version, String symbol) {
        if (version.library() != Library.GLIBC) {
            needsNewGcc = true;
            return;
        }
        LibraryVersion number = version.number();
        if (number != null && (newestGlibc == null || number.compareTo(newestGlibc) > 0)) {
            newestGlibc = number;
        }
        String base = table.base(object.machine()).text();
        symbols.replacement(symbol, version.name())
                .ifPresent(template -> replacements
                        .computeIfAbsent(
                                new Replacement(template, template.contains(SymbolTable.BASE) ? base : ""),
                                r -> new TreeSet<>())
                        .add(symbol));
    }

    private List<Advice> advice() {
        List<Advice> advice = new ArrayList<>();
        List<SystemTable.Release> suites = newestGlibc == null ? List.of() : table.suitesBefore(newestGlibc);
        if (!suites.isEmpty()) {
            advice.add(AdviceKey.OLDER_SUITE.advice(
                    "suites",
                    suites.stream()
                            .map(s -> s.suite() + " has glibc " + s.glibc())
                            .collect(Collectors.joining(", "))));
        }
        if (needsNewGcc) {
            advice.add(AdviceKey.STATIC_LIBSTDCXX.advice());
        }
        replacements.entrySet().stream()
                .limit(SHOWN_ADVICE)
                .map(e -> replacement(e.getKey(), e.getValue()))
                .forEach(advice::add);
        return advice;
    }

    private static Advice replacement(Replacement of, SortedSet<String> names) {
        int more = names.size() - SHOWN_SYMBOLS;
        String list = names.stream().limit(SHOWN_SYMBOLS).collect(Collectors.joining(", "))
                + (more > 0 ? " and " + more + " more" : "");
        return new Advice(
                AdviceKey.REPLACE_SYMBOL,
                Map.of("symbols", list, "replacement", SymbolTable.text(of.template(), names.first(), of.base())));
    }
}
