// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso.hint;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.closure.ClosureRequest.NamedLibrary;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.elf.ElfData;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.io.BytePatterns;
import io.crossbuild.ldso.ClosureResolver;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The input for sources of hints: the tree, the closure, and the texts in its objects, read once. */
final class HintContext {
    /**
     * Texts that a source of hints needs; all others are discarded at once. A group that may be repeated without limit
     * would overflow the stack.
     */
    private static final Pattern INTERESTING =
            Pattern.compile("(OPENSSLDIR|MODULESDIR|ENGINESDIR): \"/.*\"|/.*/gconv|/[^ ]*terminfo"
                    + "|lib[A-Za-z0-9_+.-]+\\.so(\\.[0-9]+){0,8}");

    /** Every interesting text contains one of these. */
    private static final BytePatterns PARTS = BytePatterns.of("DIR: \"/", "gconv", "terminfo", ".so");

    private static final int MAX_TEXT_BYTES = 1 << 20;

    private final FileTree tree;
    private final Closure closure;
    private final ClosureResolver resolver;
    private final @Nullable String program;
    private final Map<String, ElfFile> objects = new LinkedHashMap<>();
    private @Nullable Map<String, Set<String>> texts;

    HintContext(FileTree tree, Closure closure, ClosureResolver resolver, @Nullable String program)
            throws IOException, CrossbuildException {
        this.tree = tree;
        this.closure = closure;
        this.resolver = resolver;
        this.program = program;
        for (OpenedFile f : closure.files()) {
            Optional<FileNode> node = TreePaths.find(tree, f.canonicalPath());
            if (node.isPresent() && node.get().isRegular()) {
                try (FileContent content = tree.open(node.get())) {
                    if (ElfFile.hasMagic(content)) {
                        objects.put(f.path(), ElfFile.read(content, f.path()));
                    }
                } catch (MalformedInputException e) {
                    // A file that is not an ELF file is ignored.
                    if (!e.input().equals(f.path())) {
                        throw e;
                    }
                }
            }
        }
    }

    /** The objects of the closure by the path by which they are opened. */
    Map<String, ElfFile> objects() {
        return objects;
    }

    /** The path of the first object whose file name starts with a prefix. */
    Optional<String> object(String namePrefix) {
        return objects.keySet().stream()
                .filter(p -> TreePaths.name(p).startsWith(namePrefix))
                .findFirst();
    }

    /** Whether the closure has a file with that name. */
    boolean hasName(String name) {
        return closure.requests().stream().anyMatch(r -> r.reason().name().equals(name))
                || closure.files().stream()
                        .anyMatch(f -> TreePaths.name(f.path()).equals(name)
                                || TreePaths.name(f.canonicalPath()).equals(name));
    }

    /** Whether the program can open a library by this name. */
    boolean canOpen(NamedLibrary library) throws IOException, CrossbuildException {
        return program != null
                && resolver.resolve(new ClosureRequest(program, List.of(), List.of(library))).skipped().stream()
                        .noneMatch(s -> s.path().equals(library.name()));
    }

    /** The paths that lead to a regular file. */
    List<String> existing(String... paths) throws IOException, CrossbuildException {
        List<String> result = new ArrayList<>();
        for (String p : paths) {
            if (TreePaths.find(tree, p).filter(FileNode::isRegular).isPresent()) {
                result.add(p);
            }
        }
        return result;
    }

    boolean isDirectory(String path) throws IOException, CrossbuildException {
        return TreePaths.find(tree, path).filter(FileNode::isDirectory).isPresent();
    }

    /** The paths of the regular files in a directory whose names end with a suffix. */
    List<String> filesIn(String directory, String suffix) throws IOException, CrossbuildException {
        List<String> result = new ArrayList<>();
        Optional<FileNode> node = TreePaths.find(tree, directory).filter(FileNode::isDirectory);
        if (node.isPresent()) {
            for (FileTree.Entry e : tree.children(node.get())) {
                if (e.name().endsWith(suffix) && e.node().isRegular()) {
                    result.add(TreePaths.join(directory, e.name()));
                }
            }
        }
        return result;
    }

    /** The text of a small configuration file; empty when there is none. */
    String text(String path) throws IOException, CrossbuildException {
        Optional<FileNode> node = TreePaths.find(tree, path).filter(FileNode::isRegular);
        if (node.isEmpty() || node.get().sizeBytes() > MAX_TEXT_BYTES) {
            return "";
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (FileContent content = tree.open(node.get())) {
            ByteBuffer window = ByteBuffer.allocate(8192);
            for (long at = 0; content.read(window.clear(), at) > 0; at += window.position()) {
                out.write(window.array(), 0, window.position());
            }
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Texts in an object that match one of the patterns for hints. */
    Set<String> texts(String object) throws IOException, CrossbuildException {
        Map<String, Set<String>> known = texts;
        if (known == null) {
            known = new LinkedHashMap<>();
            for (String path : objects.keySet()) {
                known.put(path, read(path));
            }
            texts = known;
        }
        return known.getOrDefault(object, Set.of());
    }

    private Set<String> read(String path) throws IOException, CrossbuildException {
        Set<String> result = new TreeSet<>();
        Optional<FileNode> node = TreePaths.find(tree, path).filter(FileNode::isRegular);
        if (node.isPresent()) {
            try (FileContent content = tree.open(node.get())) {
                for (ElfData.Stretch stretch : ElfData.of(content, path)) {
                    EmbeddedStrings.scan(content, stretch, PARTS, text -> {
                        if (INTERESTING.matcher(text).matches()) {
                            result.add(text);
                        }
                    });
                }
            }
        }
        return result;
    }
}
