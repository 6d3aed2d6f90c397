// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.LinkMap;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A file tree in which the libraries of cross compilers are also where the loader of their architecture looks for them:
 * Debian has them in {@code /usr/TRIPLET/lib} (libc6-ARCH-cross and its like), but builds them for {@code
 * /lib/TRIPLET}, {@code /usr/lib/TRIPLET} and the loader's usual path. Only look-ups by name find them there: the list
 * of a directory stays as it is, so that a directory is extracted with its own files only.
 */
public final class CrossLibraries implements FileTree {
    private static final Pattern TRIPLET = Pattern.compile("[a-z0-9_]+-linux-[a-z0-9]+");

    private final FileTree tree;
    private final Map<Long, Map<String, FileNode>> added = new HashMap<>();
    private final Map<Long, FileNode> merged = new HashMap<>();
    /** Where the files at these paths, or below them, really are. */
    private final Map<String, String> origins = new TreeMap<>();

    private CrossLibraries(FileTree tree) {
        this.tree = tree;
    }

    /** The tree with the libraries at both places; the tree itself if it has none. */
    public static FileTree over(FileTree tree) throws IOException, CrossbuildException {
        CrossLibraries cross = new CrossLibraries(tree);
        if (TreePaths.resolve(tree, "/usr") instanceof TreePaths.Found usr
                && usr.node().isDirectory()) {
            for (Entry entry : tree.children(usr.node())) {
                if (TRIPLET.matcher(entry.name()).matches()) {
                    cross.add(entry.name());
                }
            }
        }
        return cross.origins.isEmpty() ? tree : cross;
    }

    private void add(String triplet) throws IOException, CrossbuildException {
        String directory = "/usr/" + triplet + "/lib";
        if (!(TreePaths.resolve(tree, directory) instanceof TreePaths.Found lib)
                || !lib.node().isDirectory()) {
            return;
        }
        for (Entry entry : tree.children(lib.node())) {
            if (!entry.name().startsWith("ld")
                    || !(TreePaths.resolve(tree, directory + "/" + entry.name()) instanceof TreePaths.Found file)
                    || !file.node().isRegular()) {
                continue;
            }
            Optional<String> path = loaderPath(entry.name(), file);
            if (path.isPresent() && TreePaths.find(tree, path.get()).isEmpty()) {
                addLoader(path.get(), file.node(), lib);
                // The cross compiler for i386 is named after the processor that it compiles for.
                String name = triplet.replaceFirst("^i686-", "i386-");
                addDirectory("/usr/lib", name, lib);
                addDirectory("/lib", name, lib);
            }
        }
    }

    /** Where programs look for a loader; empty if the file is none. */
    private Optional<String> loaderPath(String name, TreePaths.Found file) throws IOException, CrossbuildException {
        try (FileContent content = tree.open(file.node())) {
            ElfHeader header = ElfHeader.read(content, file.path());
            return List.of(DefaultLoaders.glibc(header), DefaultLoaders.musl(header)).stream()
                    .filter(path -> TreePaths.name(path).equals(name))
                    .findFirst();
        } catch (MalformedInputException e) {
            if (!e.input().equals(file.path())) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private void addLoader(String path, FileNode loader, TreePaths.Found lib) throws IOException, CrossbuildException {
        String name = TreePaths.name(path);
        String parent = TreePaths.parent(path);
        if (TreePaths.resolve(tree, parent) instanceof TreePaths.Found directory) {
            addTo(directory, name, loader, TreePaths.join(lib.path(), name));
        } else if (TreePaths.resolve(tree, TreePaths.parent(parent)) instanceof TreePaths.Found above) {
            addTo(above, TreePaths.name(parent), lib.node(), lib.path());
        }
    }

    private void addDirectory(String parent, String name, TreePaths.Found lib) throws IOException, CrossbuildException {
        if (!(TreePaths.resolve(tree, parent) instanceof TreePaths.Found above)
                || !above.node().isDirectory()) {
            return;
        }
        Optional<FileNode> present = tree.child(above.node(), name);
        if (present.isEmpty()) {
            addTo(above, name, lib.node(), lib.path());
        } else if (present.get().isDirectory()) {
            merged.put(present.get().id(), lib.node());
            origins.put(TreePaths.join(above.path(), name), lib.path());
        }
    }

    private void addTo(TreePaths.Found directory, String name, FileNode node, String origin) {
        if (directory.node().isDirectory()) {
            added.computeIfAbsent(directory.node().id(), id -> new HashMap<>()).putIfAbsent(name, node);
            origins.put(TreePaths.join(directory.path(), name), origin);
        }
    }

    /**
     * Where a file really is, such as "/usr/aarch64-linux-gnu/lib/libc.so.6".
     *
     * @param path canonical
     * @return empty if it is where its path says
     */
    public Optional<String> realPath(String path) throws IOException, CrossbuildException {
        for (Map.Entry<String, String> origin : origins.entrySet()) {
            boolean below = path.equals(origin.getKey()) || path.startsWith(origin.getKey() + "/");
            if (below && TreePaths.resolveNoFollow(tree, path) instanceof TreePaths.NotFound) {
                return Optional.of(
                        origin.getValue() + path.substring(origin.getKey().length()));
            }
        }
        return Optional.empty();
    }

    /**
     * The files of a closure that are for the guest's own architecture: only for these does the guest have what else a
     * program opens.
     */
    public static List<OpenedFile> own(FileTree tree, Closure closure) throws IOException, CrossbuildException {
        if (!(tree instanceof CrossLibraries cross)) {
            return closure.files();
        }
        Set<String> foreign = new HashSet<>();
        for (LinkMap map : closure.linkMaps()) {
            for (LinkMap.Loaded object : map.objects()) {
                if (object.path() != null && cross.isMoved(object.path())) {
                    foreign.add(map.root());
                }
            }
        }
        List<OpenedFile> own = new ArrayList<>();
        for (OpenedFile file : closure.files()) {
            if (!foreign.contains(file.path()) && !cross.isMoved(file.path())) {
                own.add(file);
            }
        }
        return own;
    }

    private boolean isMoved(String path) throws IOException, CrossbuildException {
        return TreePaths.resolve(this, path) instanceof TreePaths.Found found
                && realPath(found.path()).isPresent();
    }

    @Override
    public FileNode root() {
        return tree.root();
    }

    @Override
    public Optional<FileNode> child(FileNode directory, String name) throws IOException, CrossbuildException {
        Optional<FileNode> own = tree.child(directory, name);
        if (own.isPresent()) {
            return own;
        }
        FileNode node = added.getOrDefault(directory.id(), Map.of()).get(name);
        FileNode other = merged.get(directory.id());
        return node == null && other != null ? tree.child(other, name) : Optional.ofNullable(node);
    }

    @Override
    public List<Entry> children(FileNode directory) throws IOException, CrossbuildException {
        return tree.children(directory);
    }

    @Override
    public String linkTarget(FileNode symlink) throws IOException, CrossbuildException {
        return tree.linkTarget(symlink);
    }

    @Override
    public FileContent open(FileNode file) throws IOException, CrossbuildException {
        return tree.open(file);
    }

    @Override
    public OptionalLong storedBytes() throws IOException, CrossbuildException {
        return tree.storedBytes();
    }

    @Override
    public void close() throws IOException {
        tree.close();
    }
}
