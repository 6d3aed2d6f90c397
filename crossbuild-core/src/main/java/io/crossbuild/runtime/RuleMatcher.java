// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.runtime;

import io.crossbuild.closure.OpenedFile;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.runtime.RuntimeRule.Kind;
import io.crossbuild.runtime.RuntimeRule.Trigger;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Matches the triggers of rules, and finds the files that the rules then name. */
final class RuleMatcher {
    /** A pattern that begins with this stands for what the program's packages have there. */
    private static final String PACKAGE = "package:";

    private final FileTree tree;
    private final OwnPackages packages;
    private final List<RuntimeRule> rules;
    private final Set<String> homes = new LinkedHashSet<>();
    private final Set<String> searched = new HashSet<>();

    RuleMatcher(FileTree tree, List<RuntimeRule> rules, OwnPackages packages) {
        this.tree = tree;
        this.packages = packages;
        this.rules = rules;
    }

    /** The texts of all rules. */
    Set<String> texts() {
        Set<String> texts = new LinkedHashSet<>();
        for (RuntimeRule rule : rules) {
            for (Trigger trigger : rule.triggers()) {
                if (trigger.kind() == Kind.TEXT) {
                    texts.add(trigger.value());
                }
            }
        }
        return texts;
    }

    /** By the path that is opened, the links on the way, and the path of the file itself. */
    List<RuntimeDemand> forFile(OpenedFile file) throws IOException, CrossbuildException {
        Set<String> names = names(file);
        List<RuntimeDemand> result = new ArrayList<>();
        for (RuntimeRule rule : rules) {
            for (Trigger trigger : rule.triggers()) {
                if (trigger.kind() == Kind.FILE) {
                    for (String name : names) {
                        Optional<List<String>> stars = PathPattern.match(trigger.value(), name);
                        if (stars.isPresent()) {
                            if (rule.home()) {
                                homes.add(file.canonicalPath());
                            }
                            result.addAll(demands(rule, file.path(), variables(name, stars.get())));
                        }
                    }
                }
            }
        }
        return result;
    }

    /** One name for each directory: the same directory by another path would name the same files. */
    private Set<String> names(OpenedFile file) throws IOException, CrossbuildException {
        Set<String> names = new LinkedHashSet<>();
        names.add(file.canonicalPath());
        List<String> others = new ArrayList<>(file.links());
        others.add(file.path());
        for (String name : others) {
            String directory = TreePaths.parent(name);
            if (TreePaths.resolve(tree, directory) instanceof TreePaths.Found found
                    && found.node().isDirectory()) {
                String canonical = TreePaths.join(found.path(), TreePaths.name(name));
                boolean elsewhere = !found.path().equals(TreePaths.parent(file.canonicalPath()));
                boolean otherName = !TreePaths.name(name).equals(TreePaths.name(file.canonicalPath()));
                if (elsewhere || otherName) {
                    names.add(canonical);
                }
            }
        }
        return names;
    }

    /** By the symbols and texts of an object. */
    List<RuntimeDemand> forFacts(OpenedFile file, ObjectFacts facts) throws IOException, CrossbuildException {
        List<RuntimeDemand> result = new ArrayList<>();
        for (RuntimeRule rule : rules) {
            for (Trigger trigger : rule.triggers()) {
                Set<String> found = trigger.kind() == Kind.IMPORT ? facts.imports() : facts.texts();
                boolean asks = trigger.kind() == Kind.IMPORT
                        || (trigger.kind() == Kind.TEXT
                                && (rule.with().isEmpty() || facts.imports().contains(rule.with())));
                if (asks && found.contains(trigger.value())) {
                    result.addAll(demands(rule, file.path(), variables(file.canonicalPath(), List.of())));
                    break;
                }
            }
        }
        return result;
    }

    List<RuntimeDemand> forEnvironment(Map<String, String> env) throws IOException, CrossbuildException {
        List<RuntimeDemand> result = new ArrayList<>();
        for (RuntimeRule rule : rules) {
            for (Trigger trigger : rule.triggers()) {
                String value = trigger.kind() == Kind.ENV ? env.get(trigger.value()) : null;
                if (value != null && isName(value)) {
                    result.addAll(demands(rule, trigger.value(), variables(value)));
                }
            }
        }
        return result;
    }

    /**
     * To be called after {@link #forFile} for the program and its libraries, whose rules may cover its package.
     *
     * @param canonical the program's file
     */
    List<RuntimeDemand> forProgram(String program, String canonical) throws IOException, CrossbuildException {
        List<RuntimeDemand> result = new ArrayList<>();
        for (RuntimeRule rule : rules) {
            if (rule.triggers().stream().anyMatch(t -> t.kind() == Kind.PROGRAM)) {
                List<String> owned = packages.files(canonical, homes);
                List<String> take = rule.take().stream()
                        .filter(t -> t.startsWith(PACKAGE))
                        .map(t -> t.substring(PACKAGE.length()))
                        .toList();
                TreeSearch search = new TreeSearch(tree, rule.except());
                for (String path : owned) {
                    if (take.stream().anyMatch(path::startsWith) && !search.leavesOut(path)) {
                        search.add(path);
                    }
                }
                result.add(new RuntimeDemand(
                        rule.name(), rule.what(), program, true, search.roots(), search.files(), rule.groups()));
            }
        }
        return result;
    }

    private List<RuntimeDemand> demands(RuntimeRule rule, String trigger, Map<String, String> variables)
            throws IOException, CrossbuildException {
        List<RuntimeDemand> result = new ArrayList<>();
        for (boolean required : new boolean[] {true, false}) {
            List<String> paths = (required ? rule.take() : rule.suggest())
                    .stream()
                            .map(p -> substituted(p, variables))
                            .filter(p -> p.startsWith("/"))
                            .toList();
            // The same directories for thousands of libraries beside each other are searched once.
            if (!searched.add(rule.name() + required + paths)) {
                continue;
            }
            TreeSearch search = new TreeSearch(tree, rule.except());
            for (String path : paths) {
                search.add(path);
            }
            result.add(new RuntimeDemand(
                    rule.name(),
                    rule.what(),
                    trigger,
                    required,
                    search.roots(),
                    search.files(),
                    required ? rule.groups() : Set.of()));
        }
        return result;
    }

    /** A pattern with a variable that has no value names nothing. */
    private static String substituted(String pattern, Map<String, String> variables) {
        String text = pattern;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            text = text.replace("{" + variable.getKey() + "}", variable.getValue());
        }
        return text.indexOf('{') >= 0 ? "" : text;
    }

    private static Map<String, String> variables(String path, List<String> stars) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("dir", TreePaths.parent(path));
        for (int i = 0; i < stars.size(); i++) {
            variables.put(String.valueOf(i + 1), stars.get(i));
        }
        return variables;
    }

    private static Map<String, String> variables(String value) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("value", value.startsWith(":") ? value.substring(1) : value);
        int dot = value.indexOf('.');
        // As glibc writes names of character sets in names of directories (locale/findlocale.c, _nl_normalize_codeset).
        String codeset = dot < 0
                ? ""
                : "." + value.substring(dot + 1).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9@]", "");
        variables.put("locale", (dot < 0 ? value : value.substring(0, dot)) + codeset);
        if (!value.equals("C") && !value.equals("POSIX") && !value.startsWith("C.")) {
            variables.put("archive", "locale-archive");
        }
        return variables;
    }

    /** Not a path that leads elsewhere, nor a rule such as {@code CET-1CEST}. */
    private static boolean isName(String value) {
        return !value.contains("..")
                && value.chars().allMatch(c -> c < 0x7F && (Character.isLetterOrDigit(c) || "_+-./:@".indexOf(c) >= 0));
    }
}
