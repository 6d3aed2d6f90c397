// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.plan;

import io.crossbuild.config.BuildConfig;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.NearestName;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.Glob;
import io.crossbuild.tree.RootLogin;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds what a configuration names in the guest, and tells everything that is not there at once. */
public final class GuestSelection {
    /** What OPS runs a program with no PATH in: the directories of a login shell of root in Debian. */
    private final FileTree tree;

    private final BuildConfig config;
    private final TargetPaths landing;
    private final List<Selected> selected = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Set<String> sources = new LinkedHashSet<>();

    /** @param tree of the guest, which stays open */
    public GuestSelection(FileTree tree, BuildConfig config, TargetPaths landing) {
        this.tree = tree;
        this.config = config;
        this.landing = landing;
    }

    /** @throws ConfigException when something is not in the guest, or is of another type */
    public List<Selected> select() throws IOException, CrossbuildException {
        if (config.program() != null) {
            program(config.program());
        }
        for (String file : config.files()) {
            Optional<FileNode> node = find(Selected.Key.FILES, file, file);
            if (node.isPresent() && node.get().isDirectory()) {
                problem(Selected.Key.FILES, file, "a directory in the guest (expected a file; directories go to Dirs)");
            } else if (node.isPresent()) {
                add(Selected.Key.FILES, file, file);
            }
        }
        for (String dir : config.dirs()) {
            directory(Selected.Key.DIRS, dir, dir);
        }
        for (String source : config.mapDirs().keySet()) {
            int slash = source.lastIndexOf('/');
            if (slash == source.length() - 1) {
                problem(
                        Selected.Key.MAP_DIRS,
                        source,
                        "no pattern at the end (expected one such as '" + source + "*')");
            } else {
                mapDirs(source, slash);
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(
                    sources.size() == 1 ? sources.iterator().next() : "the configuration",
                    problems,
                    AdviceKey.CORRECT_PATHS.advice());
        }
        return List.copyOf(selected);
    }

    private void problem(Selected.Key key, String written, String found) {
        problems.add(key.text() + " '" + written + "': " + found);
        String entry = key == Selected.Key.MAP_DIRS ? key.text() + "." + written : key.text();
        sources.add(config.origin(entry).orElse("the configuration"));
    }

    private void mapDirs(String source, int slash) throws IOException, CrossbuildException {
        try {
            Glob.parse(source.substring(slash + 1));
        } catch (IllegalArgumentException e) {
            problem(Selected.Key.MAP_DIRS, source, e.getMessage() + " (expected * ? [a-z] or names)");
            return;
        }
        directory(Selected.Key.MAP_DIRS, source, slash < 0 ? "." : source.substring(0, slash + 1));
    }

    private void directory(Selected.Key key, String written, String path) throws IOException, CrossbuildException {
        Optional<FileNode> node = find(key, written, path);
        if (node.isPresent() && !node.get().isDirectory()) {
            problem(key, written, "a file in the guest (expected a directory; files go to Files)");
        } else if (node.isPresent()) {
            add(key, written, path);
        }
    }

    private void program(String program) throws IOException, CrossbuildException {
        String path = program;
        if (program.indexOf('/') < 0 && TreePaths.find(tree, guest(program)).isEmpty()) {
            Optional<String> found = onPath(program);
            if (found.isEmpty()) {
                return;
            }
            path = found.get();
        }
        Optional<FileNode> node = find(Selected.Key.PROGRAM, program, path);
        if (node.isPresent() && !node.get().isRegular()) {
            problem(Selected.Key.PROGRAM, program, "no regular file in the guest (expected a program)");
        } else if (node.isPresent()) {
            add(Selected.Key.PROGRAM, program, path);
        }
    }

    /** A program's bare name is looked up as execvp(3) does it, in the PATH that the program would run with. */
    private Optional<String> onPath(String name) throws IOException, CrossbuildException {
        String path = config.env().getOrDefault("PATH", RootLogin.PATH);
        List<String> names = new ArrayList<>();
        for (String directory : path.split(":")) {
            if (!directory.startsWith("/")) {
                continue;
            }
            String candidate = TreePaths.join(directory.replaceFirst("(?<=.)/+$", ""), name);
            Optional<FileNode> node = TreePaths.find(tree, candidate);
            if (node.isPresent() && node.get().isRegular() && (node.get().permissions() & 0111) != 0) {
                return Optional.of(candidate);
            }
            names.addAll(names(directory));
        }
        problem(
                Selected.Key.PROGRAM,
                name,
                "not in the guest's directories of PATH (" + path + ")" + NearestName.suggestion(name, names));
        return Optional.empty();
    }

    private void add(Selected.Key key, String written, String path) {
        selected.add(new Selected(key, written, guest(path), !path.startsWith("/")));
    }

    private static String guest(String path) {
        return path.startsWith("/") ? path : TargetPaths.HOME + "/" + path;
    }

    private Optional<FileNode> find(Selected.Key key, String written, String path)
            throws IOException, CrossbuildException {
        if (path.isEmpty() || path.indexOf('\0') >= 0) {
            problem(key, path.replace('\0', '?'), "no path (expected the path of a file)");
            return Optional.empty();
        }
        TreePaths.Resolution resolution = TreePaths.resolve(tree, guest(path));
        if (resolution instanceof TreePaths.Found found) {
            return Optional.of(found.node());
        }
        if (resolution instanceof TreePaths.NotFound lost) {
            problem(key, written, describe(lost, path));
        }
        return Optional.empty();
    }

    private String describe(TreePaths.NotFound lost, String path) throws IOException, CrossbuildException {
        String at = lost.path().equals(guest(path)) ? "" : ": no '" + lost.path() + "'";
        return switch (lost.reason()) {
            case TOO_MANY_LINKS -> "too many links at '" + lost.path() + "' in the guest";
            case NOT_A_DIRECTORY -> "'" + lost.path() + "' is no directory in the guest";
            case MISSING -> "not in the guest" + at + nearest(lost.path(), !path.startsWith("/"));
        };
    }

    private String nearest(String missing, boolean relative) throws IOException, CrossbuildException {
        String parent = TreePaths.parent(missing);
        @Nullable String name = NearestName.of(TreePaths.name(missing), names(parent)).orElse(null);
        if (name == null) {
            return "";
        }
        String suggested = TreePaths.join(parent, name);
        // In the words of the configuration, where a relative path does not have the guest's /root.
        boolean below = relative && landing.isBelowHome(suggested);
        return "; did you mean '" + (below ? landing.of(suggested, true) : suggested) + "'?";
    }

    private List<String> names(String directory) throws IOException, CrossbuildException {
        if (TreePaths.resolve(tree, directory) instanceof TreePaths.Found found
                && found.node().isDirectory()) {
            return tree.children(found.node()).stream()
                    .map(FileTree.Entry::name)
                    .toList();
        }
        return List.of();
    }
}
