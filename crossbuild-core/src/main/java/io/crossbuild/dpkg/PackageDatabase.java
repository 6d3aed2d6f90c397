// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.dpkg;

import io.crossbuild.closure.InstalledPackage;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.KnownPaths;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The database of installed packages of a Debian system, dpkg(1), read from its files; no program is run.
 *
 * <p>The lists have the paths that packages ship, such as {@code /lib/...} even where {@code /lib} is a link to {@code
 * usr/lib}; here every file is known by its canonical path. Diverted files, dpkg-divert(1), belong to the package that
 * shipped them.
 */
public final class PackageDatabase {
    private static final String DIRECTORY = "/var/lib/dpkg";
    /** More than any package has; a hostile list must not fill the memory. */
    private static final int MAX_FILES = 500_000;

    private final FileTree tree;
    private final List<InstalledPackage> packages;
    private final Map<String, String> dependencies;
    private final Map<String, List<InstalledPackage>> byName;
    private final Map<String, Diversion> diversions;
    private final KnownPaths paths;

    private PackageDatabase(FileTree tree, StatusReader status, Map<String, Diversion> diversions) {
        this.tree = tree;
        this.paths = new KnownPaths(tree);
        this.packages = List.copyOf(status.packages());
        this.dependencies = status.dependencies();
        this.byName = status.byName();
        this.diversions = diversions;
    }

    private record Diversion(String to, String by) {}

    /**
     * Opens the database of a tree.
     *
     * @return empty when the tree has no such database
     */
    public static Optional<PackageDatabase> open(FileTree tree) throws IOException, CrossbuildException {
        Optional<FileNode> status = file(tree, DIRECTORY + "/status");
        if (status.isEmpty()) {
            return Optional.empty();
        }
        try (FileContent content = tree.open(status.get())) {
            return Optional.of(
                    new PackageDatabase(tree, StatusReader.read(content, DIRECTORY + "/status"), diversions(tree)));
        }
    }

    /** Every package that has files, in the order of the database. */
    public List<InstalledPackage> packages() {
        return packages;
    }

    /**
     * The installed packages that a package needs directly: each name of {@code Depends} and {@code Pre-Depends},
     * whatever the version (Debian Policy 7.1), and each package that provides such a name (7.5).
     */
    public List<InstalledPackage> needs(InstalledPackage p) {
        Set<InstalledPackage> needed = new LinkedHashSet<>();
        for (String name : StatusReader.names(dependencies.getOrDefault(p.name(), ""))) {
            List<InstalledPackage> named = byName.getOrDefault(name, List.of());
            // A package of another architecture serves only if there is none of this one, as with Multi-Arch: foreign.
            List<InstalledPackage> same = named.stream()
                    .filter(o -> o.architecture().equals(p.architecture())
                            || o.architecture().equals("all")
                            || p.architecture().equals("all"))
                    .toList();
            needed.addAll(same.isEmpty() ? named : same);
        }
        return List.copyOf(needed);
    }

    /** The canonical paths of a package's files, links and directories, in the order of its list. */
    public List<String> files(InstalledPackage p) throws IOException, CrossbuildException {
        List<String> result = new ArrayList<>();
        Optional<FileNode> lists = TreePaths.find(tree, DIRECTORY + "/info").filter(FileNode::isDirectory);
        Optional<FileNode> list = lists.isEmpty() ? Optional.empty() : list(lists.get(), p);
        if (list.isPresent()) {
            try (FileContent content = tree.open(list.get())) {
                TextLines.read(content, "list of files of " + p.name(), line -> {
                    String path = diverted(line, p.name());
                    if (result.size() >= MAX_FILES) {
                        throw new MalformedInputException(
                                "list of files of " + p.name(), -1, "more than " + MAX_FILES + " files");
                    }
                    if (path.startsWith("/") && path.length() > 1) {
                        result.add(canonical(path));
                    }
                });
            }
        }
        return result;
    }

    /**
     * The packages to which files belong.
     *
     * @param paths canonical paths of files and symbolic links in the tree
     * @return only those that belong to a package, sorted; a file shared by several packages belongs to the first
     */
    public Map<String, InstalledPackage> owners(Collection<String> paths) throws IOException, CrossbuildException {
        Map<String, FileNode> files = new HashMap<>();
        for (String path : paths) {
            if (TreePaths.resolveNoFollow(tree, path) instanceof TreePaths.Found found) {
                files.put(path, found.node());
            }
        }
        return new TreeMap<>(owners(files));
    }

    /**
     * Like the other method, but not sorted.
     *
     * @param files files and symbolic links of the tree by their canonical paths
     * @return only those that belong to a package; a file shared by several packages belongs to the first
     */
    public Map<String, InstalledPackage> owners(Map<String, FileNode> files) throws IOException, CrossbuildException {
        // The name decides for nearly every file, without a look at the tree.
        NameFilter names = new NameFilter();
        for (String path : files.keySet()) {
            names.add(path);
        }
        diversions.keySet().forEach(names::add);
        Map<String, InstalledPackage> owners = new HashMap<>();
        Optional<FileNode> lists = TreePaths.find(tree, DIRECTORY + "/info").filter(FileNode::isDirectory);
        if (lists.isEmpty()) {
            return owners;
        }
        for (InstalledPackage p : packages) {
            Optional<FileNode> list = list(lists.get(), p);
            if (list.isPresent()) {
                addOwners(owners, files, names, list.get(), p);
            }
        }
        return owners;
    }

    private void addOwners(
            Map<String, InstalledPackage> owners,
            Map<String, FileNode> files,
            NameFilter names,
            FileNode list,
            InstalledPackage p)
            throws IOException, CrossbuildException {
        Map<String, String> links = new LinkedHashMap<>();
        try (FileContent content = tree.open(list)) {
            TextLines.read(content, "list of files of " + p.name(), names, line -> {
                String path = diverted(line, p.name());
                if (path.startsWith("/")) {
                    String canonical = canonical(path);
                    FileNode file = files.get(canonical);
                    if (file != null && file.isSymlink() && leadsToDirectory(canonical)) {
                        links.put(line, canonical);
                    } else if (file != null) {
                        owners.putIfAbsent(canonical, p);
                    }
                }
            });
        }
        if (!links.isEmpty()) {
            links.keySet().removeAll(directories(list, links.keySet()));
            links.values().forEach(canonical -> owners.putIfAbsent(canonical, p));
        }
    }

    private boolean leadsToDirectory(String link) throws IOException, CrossbuildException {
        return paths.find(link).filter(place -> place.node().isDirectory()).isPresent();
    }

    /**
     * Which lines of a list are directories there: the list has entries below them. So a package may ship a directory
     * where the tree has a link, as with {@code /lib} of a merged /usr. Takes one more look at the list, however many
     * lines are in question.
     */
    private Set<String> directories(FileNode list, Set<String> lines) throws IOException, CrossbuildException {
        Set<Integer> hashes = new HashSet<>();
        lines.forEach(line -> hashes.add(line.hashCode()));
        Set<String> found = new HashSet<>();
        try (FileContent content = tree.open(list)) {
            TextLines.read(content, "list of files", line -> {
                // That of the characters before, as in String.hashCode: not every part becomes a String.
                int hash = 0;
                for (int i = 0; i < line.length(); i++) {
                    if (line.charAt(i) == '/' && hashes.contains(hash) && lines.contains(line.substring(0, i))) {
                        found.add(line.substring(0, i));
                    }
                    hash = 31 * hash + line.charAt(i);
                }
            });
        }
        return found;
    }

    private Optional<FileNode> list(FileNode lists, InstalledPackage p) throws IOException, CrossbuildException {
        Optional<FileNode> own = list(lists, p.name() + ".list");
        return own.isPresent() ? own : list(lists, p.name() + ":" + p.architecture() + ".list");
    }

    private Optional<FileNode> list(FileNode lists, String name) throws IOException, CrossbuildException {
        Optional<FileNode> child = tree.child(lists, name);
        return child.isPresent() && child.get().isRegular() ? child : Optional.empty();
    }

    private String diverted(String path, String packageName) {
        Diversion diversion = diversions.get(path);
        return diversion == null || diversion.by().equals(packageName) ? path : diversion.to();
    }

    /** The path with all links of its directories followed, but not a link that is the file itself. */
    private String canonical(String path) throws IOException, CrossbuildException {
        Optional<KnownPaths.Place> directory = paths.directory(TreePaths.parent(path));
        return directory.isPresent() ? TreePaths.join(directory.get().path(), TreePaths.name(path)) : path;
    }

    /** Three lines each: the file, its new place, and the package whose file is not moved (":" for none). */
    private static Map<String, Diversion> diversions(FileTree tree) throws IOException, CrossbuildException {
        Optional<FileNode> file = file(tree, DIRECTORY + "/diversions");
        if (file.isEmpty()) {
            return Map.of();
        }
        List<String> lines = new ArrayList<>();
        try (FileContent content = tree.open(file.get())) {
            TextLines.read(content, DIRECTORY + "/diversions", lines::add);
        }
        Map<String, Diversion> result = new HashMap<>();
        for (int i = 0; i + 2 < lines.size(); i += 3) {
            result.put(lines.get(i), new Diversion(lines.get(i + 1), lines.get(i + 2)));
        }
        return result;
    }

    private static Optional<FileNode> file(FileTree tree, String path) throws IOException, CrossbuildException {
        return TreePaths.find(tree, path).filter(FileNode::isRegular);
    }
}
