// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.runtime;

import io.crossbuild.closure.OpenedFile;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.ldso.ScriptLine;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the run-time files of a program: evaluates the rules for each file of its closure once. What it finds may bring
 * more files into the closure, for which it is asked again.
 */
public final class RuntimeFiles {
    /** Objects that define what others import, and contain texts about everything. */
    private static final List<String> SYSTEM =
            List.of("libc.so", "libc-", "libc.musl", "ld-", "libpthread", "libresolv");

    private static final String SCRIPT = "script";
    /** What packages have for people, and for dpkg: Debian Policy 12, FHS 4.11. */
    private static final List<String> DOCUMENTATION = List.of(
            "/usr/share/doc/",
            "/usr/share/doc-base/",
            "/usr/share/man/",
            "/usr/share/info/",
            "/usr/share/locale/",
            "/usr/share/help/",
            "/usr/share/gtk-doc/",
            "/usr/share/lintian/",
            "/usr/share/bug/",
            "/usr/share/reportbug/");

    private static final int NAMED_PACKAGES = 10;

    private final FileTree tree;
    private final OwnPackages packages;
    private final RuleMatcher matcher;
    private final Scripts scripts;
    private final Set<String> texts;
    private final Map<String, String> env;
    private final @Nullable String program;
    private final Set<String> seen = new HashSet<>();
    private final Set<String> answered = new HashSet<>();
    private boolean started;

    /**
     * @param env the program's environment
     * @param program as it is requested; null for none
     */
    public RuntimeFiles(FileTree tree, Map<String, String> env, @Nullable String program) throws IOException {
        this(tree, RuleTable.builtIn(), env, program);
    }

    RuntimeFiles(FileTree tree, List<RuntimeRule> rules, Map<String, String> env, @Nullable String program) {
        this.tree = tree;
        this.packages = new OwnPackages(tree);
        this.matcher = new RuleMatcher(tree, rules, packages);
        this.scripts = new Scripts(tree, env);
        this.texts = matcher.texts();
        this.env = env;
        this.program = program;
    }

    /** What the files of a closure ask for, without those for which this was asked before. */
    public List<RuntimeDemand> next(Collection<OpenedFile> files) throws IOException, CrossbuildException {
        List<RuntimeDemand> result = new ArrayList<>();
        for (OpenedFile file : files) {
            if (seen.add(file.path())) {
                result.addAll(matcher.forFile(file));
                if (seen.add("object " + file.canonicalPath())) {
                    result.addAll(forObject(file));
                }
            }
        }
        if (!started) {
            started = true;
            result.addAll(matcher.forEnvironment(env));
            result.addAll(forProgram());
        }
        List<RuntimeDemand> demands = new ArrayList<>();
        for (RuntimeDemand demand : result) {
            addNew(demand, demands);
        }
        return demands;
    }

    /**
     * All files of the packages that own files of a closure, and of those that these need, without documentation,
     * manuals and locales.
     */
    public List<RuntimeDemand> packages(Collection<OpenedFile> files) throws IOException, CrossbuildException {
        Set<String> paths = new LinkedHashSet<>();
        files.forEach(f -> paths.add(f.canonicalPath()));
        Optional<OwnPackages.WithNeeds> owners = packages.withNeeds(paths);
        if (owners.isEmpty() || owners.get().names().isEmpty()) {
            return List.of();
        }
        List<String> wanted = owners.get().files().stream()
                .filter(path -> DOCUMENTATION.stream().noneMatch((path + "/")::startsWith))
                .toList();
        List<String> names = List.copyOf(owners.get().names());
        int more = names.size() - NAMED_PACKAGES;
        String what = "packages " + String.join(", ", names.subList(0, Math.min(names.size(), NAMED_PACKAGES)))
                + (more > 0 ? " and " + more + " more" : "");
        List<RuntimeDemand> demands = new ArrayList<>();
        addNew(programs("packages", what, files.iterator().next().path(), wanted), demands);
        return demands;
    }

    /**
     * The interpreters of scripts among files that are extracted.
     *
     * @param paths of executable files
     */
    public List<RuntimeDemand> interpreters(Map<String, FileNode> paths) throws IOException, CrossbuildException {
        List<RuntimeDemand> demands = new ArrayList<>();
        for (Map.Entry<String, FileNode> file : paths.entrySet()) {
            Optional<ScriptLine> line = scripts.line(file.getValue());
            if (line.isPresent()) {
                addNew(
                        programs(
                                "interpreters",
                                "interpreters of scripts",
                                file.getKey(),
                                scripts.interpreters(line.get())),
                        demands);
            }
        }
        return demands;
    }

    /** A demand is answered once, however many files make it; executables of it may be scripts. */
    private void addNew(RuntimeDemand demand, List<RuntimeDemand> demands) throws IOException, CrossbuildException {
        boolean nothing = demand.files().isEmpty() && demand.groups().isEmpty();
        if (nothing || !answered.add(demand.rule() + demand.required() + demand.roots())) {
            return;
        }
        demands.add(demand);
        if (!demand.required()) {
            return;
        }
        for (RuntimeFile file : demand.files()) {
            Optional<ScriptLine> line = scripts.line(file.found().node());
            if (line.isPresent()) {
                List<String> interpreters = scripts.interpreters(line.get());
                // Among the files of a rule are tools in other languages that it works without.
                boolean shell = !interpreters.isEmpty()
                        && Scripts.SHELLS.contains(TreePaths.name(interpreters.get(interpreters.size() - 1)));
                if (shell || demand.rule().equals(SCRIPT)) {
                    addNew(programs("interpreters", "interpreters of scripts", file.path(), interpreters), demands);
                }
            }
        }
    }

    private List<RuntimeDemand> forObject(OpenedFile file) throws IOException, CrossbuildException {
        Optional<FileNode> node = TreePaths.find(tree, file.canonicalPath()).filter(FileNode::isRegular);
        if (node.isEmpty()) {
            return List.of();
        }
        ObjectFacts facts = ObjectFacts.of(tree, node.get(), file.path(), texts);
        List<RuntimeDemand> result = new ArrayList<>();
        if (!facts.data().isEmpty()) {
            result.add(programs("named-data", "data files named in it", file.path(), List.copyOf(facts.data())));
        }
        String name = TreePaths.name(file.canonicalPath());
        if (SYSTEM.stream().noneMatch(name::startsWith)) {
            result.addAll(matcher.forFacts(file, facts));
        }
        return result;
    }

    private List<RuntimeDemand> forProgram() throws IOException, CrossbuildException {
        if (program == null || !(TreePaths.resolve(tree, program) instanceof TreePaths.Found found)) {
            return List.of();
        }
        List<RuntimeDemand> result = new ArrayList<>(matcher.forProgram(program, found.path()));
        Optional<ScriptLine> line = scripts.line(found.node());
        if (line.isPresent()) {
            List<String> interpreters = scripts.interpreters(line.get());
            boolean shell = interpreters.stream().anyMatch(i -> Scripts.SHELLS.contains(TreePaths.name(i)));
            if (shell) {
                result.add(programs(
                        SCRIPT,
                        "commands that it calls",
                        program,
                        List.copyOf(scripts.commands(program, found.node()))));
            }
        } else {
            NamedPrograms named = new NamedPrograms(tree, packages.withDirectNeeds(found.path()));
            result.add(programs(
                    "named-programs",
                    "programs that it starts",
                    program,
                    List.copyOf(named.of(found.node(), found.path()))));
        }
        return result;
    }

    private RuntimeDemand programs(String rule, String what, String trigger, List<String> paths)
            throws IOException, CrossbuildException {
        Set<String> roots = new LinkedHashSet<>();
        List<RuntimeFile> files = new ArrayList<>();
        for (String path : paths) {
            if (TreePaths.resolve(tree, path) instanceof TreePaths.Found found && roots.add(path)) {
                files.add(new RuntimeFile(path, found));
            }
        }
        return new RuntimeDemand(rule, what, trigger, true, List.copyOf(roots), files, Set.of());
    }
}
