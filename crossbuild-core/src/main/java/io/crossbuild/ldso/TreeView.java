// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.ProbedPath;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tree that remembers every answer: loaders request the same few directories and libraries again and again. Not safe
 * for use by several threads.
 */
final class TreeView {
    /** Above this limit the answers are forgotten and looked up again, so that a tree of any size fits in memory. */
    private static final int MAX_KEPT = 1 << 16;

    private final FileTree tree;
    private final Map<String, Lookup> lookups = new HashMap<>();
    private final Map<Long, ElfAnswer> elfFiles = new HashMap<>();

    TreeView(FileTree tree) {
        this.tree = tree;
    }

    /** What a path leads to. */
    sealed interface Lookup {}

    /** The path exists. */
    record Present(String canonicalPath, FileNode node, List<String> links) implements Lookup {}

    /** The path does not exist. */
    record Absent(ProbedPath.Refusal refusal, String detail) implements Lookup {}

    /** What a regular file is. */
    sealed interface ElfAnswer {}

    record Elf(ElfFile file) implements ElfAnswer {}

    /** A file that is not an ELF file or is damaged, with the problem, and with the header if that can be read. */
    record NotElf(String problem, @Nullable ElfHeader header) implements ElfAnswer {}

    /** Follows an absolute path. */
    Lookup lookup(String path) throws IOException, CrossbuildException {
        Lookup known = lookups.get(path);
        if (known == null) {
            known = find(path);
            if (lookups.size() >= MAX_KEPT) {
                lookups.clear();
            }
            lookups.put(path, known);
        }
        return known;
    }

    /** The regular file that a path leads to. */
    Optional<Present> regularFile(String path) throws IOException, CrossbuildException {
        return lookup(path) instanceof Present p && p.node().isRegular() ? Optional.of(p) : Optional.empty();
    }

    boolean isDirectory(String path) throws IOException, CrossbuildException {
        return lookup(path) instanceof Present p && p.node().isDirectory();
    }

    /** The entries of a directory, sorted by name. */
    List<FileTree.Entry> children(Present directory) throws IOException, CrossbuildException {
        return tree.children(directory.node());
    }

    /** Reads a regular file as ELF. */
    ElfAnswer elf(Present file) throws IOException, CrossbuildException {
        long id = file.node().id();
        ElfAnswer known = elfFiles.get(id);
        if (known == null) {
            known = read(file);
            if (elfFiles.size() >= MAX_KEPT) {
                elfFiles.clear();
            }
            elfFiles.put(id, known);
        }
        return known;
    }

    /** The first bytes of a regular file, up to a number. */
    byte[] head(Present file, int bytes) throws IOException, CrossbuildException {
        try (FileContent content = tree.open(file.node())) {
            ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(bytes, content.sizeBytes()));
            while (buffer.hasRemaining() && content.read(buffer, buffer.position()) >= 0) {
                // a read may return fewer bytes than requested
            }
            byte[] head = new byte[buffer.position()];
            buffer.flip().get(head);
            return head;
        }
    }

    private ElfAnswer read(Present file) throws IOException, CrossbuildException {
        String name = file.canonicalPath();
        try (FileContent content = tree.open(file.node())) {
            try {
                return new Elf(ElfFile.read(content, name));
            } catch (MalformedInputException e) {
                // Damage to the tree itself, such as a disk image, is reported elsewhere.
                if (!e.input().equals(name)) {
                    throw e;
                }
                return new NotElf(e.problem(), header(content, name));
            }
        }
    }

    private static @Nullable ElfHeader header(FileContent content, String name)
            throws IOException, CrossbuildException {
        try {
            return ElfHeader.read(content, name);
        } catch (MalformedInputException e) {
            return null;
        }
    }

    private Lookup find(String path) throws IOException, CrossbuildException {
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        if (slash > 0 && !name.isEmpty() && !name.equals(".") && !name.equals("..")) {
            Lookup parent = lookup(path.substring(0, slash));
            if (parent instanceof Present directory && directory.node().isDirectory()) {
                Optional<FileNode> child = tree.child(directory.node(), name);
                if (child.isEmpty()) {
                    return new Absent(ProbedPath.Refusal.MISSING, "no such file");
                }
                if (!child.get().isSymlink()) {
                    return new Present(TreePaths.join(directory.canonicalPath(), name), child.get(), directory.links());
                }
            } else if (parent instanceof Absent) {
                return parent;
            }
        }
        return walk(path);
    }

    private Lookup walk(String path) throws IOException, CrossbuildException {
        TreePaths.Resolution resolution = TreePaths.resolve(tree, path);
        if (resolution instanceof TreePaths.Found found) {
            return new Present(found.path(), found.node(), found.links());
        }
        TreePaths.NotFound failed = (TreePaths.NotFound) resolution;
        return switch (failed.reason()) {
            case NOT_A_DIRECTORY ->
                new Absent(ProbedPath.Refusal.NOT_A_DIRECTORY, "'" + failed.path() + "' is not a directory");
            case TOO_MANY_LINKS ->
                new Absent(ProbedPath.Refusal.LINK_LOOP, "more than " + TreePaths.MAX_LINKS + " symbolic links");
            default -> missing(path, failed);
        };
    }

    private Lookup missing(String path, TreePaths.NotFound failed) throws IOException, CrossbuildException {
        @Nullable String link = null;
        if (TreePaths.resolveNoFollow(tree, path) instanceof TreePaths.Found last
                && last.node().isSymlink()) {
            link = last.path();
        }
        return link == null
                ? new Absent(ProbedPath.Refusal.MISSING, "no such file")
                : new Absent(
                        ProbedPath.Refusal.DANGLING_LINK,
                        "the link '" + link + "' leads to '" + failed.path() + "', which does not exist");
    }
}
