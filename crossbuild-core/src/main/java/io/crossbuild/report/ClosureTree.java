// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.report;

import static io.crossbuild.event.TerminalText.visible;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.Hint;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.closure.InstalledPackage;
import io.crossbuild.closure.MissingFile;
import io.crossbuild.closure.NeededCache;
import io.crossbuild.closure.OpenRequest;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.closure.ProbedPath;
import io.crossbuild.closure.RuleFile;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.closure.StartProblem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Draws a closure: below each object its requests, with the file, the rule that led to it and its package. An object
 * that was already drawn with everything below it is marked {@code (*)}. The total and the problems follow the tree.
 */
public final class ClosureTree {
    private final ProgramClosure program;
    private final Closure closure;
    private final Branches branches;
    private final Map<String, Set<Edge>> children = new LinkedHashMap<>();
    private final Map<String, OpenedFile> opened = new HashMap<>();
    private final List<String> lines = new ArrayList<>();
    private final Set<String> drawn = new HashSet<>();

    /** The lines that connect an object to its requests. */
    public enum Branches {
        /** Box-drawing characters of Unicode. */
        BOXES("\u251c\u2500\u2500 ", "\u2514\u2500\u2500 ", "\u2502   "),
        /** For terminals that have only ASCII. */
        ASCII("|-- ", "`-- ", "|   ");

        private final String fork;
        private final String end;
        private final String trunk;

        Branches(String fork, String end, String trunk) {
            this.fork = fork;
            this.end = end;
            this.trunk = trunk;
        }
    }

    /**
     * One request of an object.
     *
     * @param path the answer; null when there is none
     */
    private record Edge(String name, @Nullable String path, SearchRule rule) {}

    /** Edges of one object that are still to be drawn. */
    private record Open(List<Edge> edges, String indent) {}

    private ClosureTree(ProgramClosure program, Branches branches) {
        this.program = program;
        this.closure = program.closure();
        this.branches = branches;
        for (OpenedFile f : closure.files()) {
            opened.put(f.path(), f);
        }
        for (OpenRequest r : closure.requests()) {
            String requester = r.reason().requester();
            if (requester != null) {
                add(requester, new Edge(r.reason().name(), r.path(), r.reason().rule()));
            }
        }
        for (MissingFile m : closure.missing()) {
            add(m.requester(), new Edge(m.name(), null, SearchRule.PROGRAM));
        }
    }

    /** The lines of the drawing, without line ends. */
    public static List<String> lines(ProgramClosure program, Branches branches) {
        return new ClosureTree(program, branches).draw();
    }

    private void add(String requester, Edge edge) {
        children.computeIfAbsent(requester, r -> new LinkedHashSet<>()).add(edge);
    }

    private List<String> draw() {
        Set<String> roots = new LinkedHashSet<>();
        closure.requests().stream().filter(r -> r.reason().requester() == null).forEach(r -> roots.add(r.path()));
        for (String root : roots) {
            if (drawn.add(root)) {
                boolean secure =
                        program.secure() && root.equals(program.request().program());
                lines.add(visible(root)
                        + owner(root)
                        + (secure ? " [secure execution: set-user-ID or set-group-ID]" : ""));
                drawBelow(root);
            }
        }
        lines.add("");
        sum();
        problems();
        return lines;
    }

    /** With an explicit stack: a chain of libraries may be longer than the thread's stack is deep. */
    private void drawBelow(String root) {
        Deque<Open> stack = new ArrayDeque<>();
        push(stack, root, "");
        while (!stack.isEmpty()) {
            Open open = stack.element();
            if (open.edges().isEmpty()) {
                stack.remove();
                continue;
            }
            Edge edge = open.edges().remove(0);
            boolean last = open.edges().isEmpty();
            String path = edge.path();
            boolean again = path != null && !drawn.add(path);
            lines.add(open.indent() + (last ? branches.end : branches.fork) + text(edge, again));
            if (path != null && !again) {
                push(stack, path, open.indent() + (last ? "    " : branches.trunk));
            }
        }
    }

    private void push(Deque<Open> stack, String path, String indent) {
        stack.push(new Open(new ArrayList<>(children.getOrDefault(path, Set.of())), indent));
    }

    private String text(Edge edge, boolean again) {
        String name = visible(edge.name());
        String path = edge.path();
        if (path == null) {
            return name + " => not found";
        }
        if (again) {
            return name + " (*)";
        }
        String file = edge.name().equals(path) ? name : name + " => " + visible(path);
        return file + " [" + rule(edge, path).text() + "]" + owner(path);
    }

    /**
     * The tree is depth-first, the loader breadth-first: a file may have been found for a different object than the
     * first one drawn.
     */
    private SearchRule rule(Edge edge, String path) {
        OpenedFile file = opened.get(path);
        return edge.rule() == SearchRule.LOADED && file != null ? file.reason().rule() : edge.rule();
    }

    private String owner(String path) {
        OpenedFile file = opened.get(path);
        InstalledPackage owner = program.owners().get(file == null ? path : file.canonicalPath());
        return owner == null ? "" : " (" + visible(owner.name() + " " + owner.version()) + ")";
    }

    private void sum() {
        long bytes =
                program.bytes().values().stream().mapToLong(Long::longValue).sum();
        Set<String> packages = new TreeSet<>();
        program.owners().forEach((path, owner) -> {
            if (program.bytes().containsKey(path)) {
                packages.add(visible(owner.name()));
            }
        });
        int files = program.bytes().size();
        lines.add(files
                + (files == 1 ? " file, " : " files, ")
                + size(bytes)
                + (packages.isEmpty() ? "" : ", packages: " + String.join(", ", packages)));
        rules();
        hints();
        NeededCache cache = closure.neededCache();
        if (cache != null) {
            lines.add("Found only through '" + visible(cache.path()) + "': "
                    + cache.entries().stream()
                            .map(e -> visible(e.name()))
                            .distinct()
                            .collect(Collectors.joining(", ")));
        }
    }

    private void rules() {
        Map<String, List<RuleFile>> rules = new LinkedHashMap<>();
        program.ruleFiles()
                .forEach(f ->
                        rules.computeIfAbsent(f.rule(), r -> new ArrayList<>()).add(f));
        if (!rules.isEmpty()) {
            lines.add("Opened by programs themselves, by rules:");
        }
        rules.forEach((rule, files) -> {
            RuleFile first = files.get(0);
            lines.add("    " + rule + ": " + visible(first.what())
                    + (first.trigger() == null ? "" : " for " + visible(first.trigger())) + ", " + files.size()
                    + (files.size() == 1 ? " file, " : " files, ")
                    + size(files.stream().mapToLong(RuleFile::bytes).sum()));
        });
    }

    private void hints() {
        Map<HintGroup, Integer> groups = new EnumMap<>(HintGroup.class);
        for (Hint hint : program.hints()) {
            int entries = hint.files().size()
                    + hint.directories().size()
                    + hint.addons().size()
                    + hint.libraries().size();
            groups.merge(hint.group(), entries, Integer::sum);
        }
        if (!groups.isEmpty()) {
            lines.add("May be opened at run time: "
                    + groups.entrySet().stream()
                            .map(e -> e.getKey().text() + " (" + e.getValue() + ")")
                            .collect(Collectors.joining(", ")));
        }
    }

    private void problems() {
        for (StartProblem problem : closure.problems()) {
            lines.add("Problem: " + visible(problem.message()));
        }
        for (MissingFile missing : closure.missing()) {
            for (ProbedPath probed : missing.probed()) {
                lines.add("    " + visible(missing.name()) + ": " + ClosureAnswers.describe(probed));
            }
        }
        closure.provided().stream()
                .map(p -> "'" + visible(p.name()) + "' is found only if '" + visible(p.provider())
                        + "' has been opened before")
                .distinct()
                .forEach(lines::add);
        closure.conflicts()
                .forEach(c -> lines.add("Problem: different files for '" + visible(c.name()) + "': "
                        + c.paths().stream()
                                .map(p -> visible(p.path()) + " for " + visible(p.root()))
                                .collect(Collectors.joining(", "))));
        closure.skipped().forEach(s -> lines.add("Left out: '" + visible(s.path()) + "': " + visible(s.why())));
    }

    private static String size(long bytes) {
        return bytes < 1_000_000
                ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
                : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
