// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.input;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.spec.InputSpec;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.HostFileTree;
import io.crossbuild.tree.HostNames;
import io.crossbuild.tree.TarWriter;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file or directory of the host that is copied into the guest: its content, digest and archive. Links inside stay
 * links, wherever they lead. Sockets, pipes and devices are left out, and so are target roots and logs, with
 * directories that contain nothing else: a build makes them, and the next build must find the same input.
 */
public final class HostInput {
    private final InputSpec spec;
    private final CopyTarget target;
    private final Path source;
    private final InputContext context;
    private final IgnorePatterns excluded;
    private final @Nullable String ignoredBase;

    private HostInput(InputSpec spec, Path source, CopyTarget target, InputContext context, IgnorePatterns excluded) {
        this.spec = spec;
        this.source = source;
        this.target = target;
        this.context = context;
        this.excluded = excluded;
        this.ignoredBase = below(context.directory(), source);
    }

    /**
     * Looks up the source; its content is not read yet.
     *
     * @throws ConfigException when there is no such file; when it is, by its path or through a link, neither in the
     *     directory of the build file nor in one that the user has named; or when a pattern is invalid
     */
    public static HostInput of(InputSpec spec, InputContext context) throws IOException, CrossbuildException {
        IgnorePatterns excluded = IgnorePatterns.parse(spec.origin(), spec.excludes());
        Path real;
        try {
            real = HostSource.path(context.directory(), spec.source()).toRealPath();
        } catch (NoSuchFileException e) {
            throw new ConfigException(
                    spec.origin(),
                    List.of(spec.place() + ": there is no file '" + e.getFile() + "' to copy (expected one)"),
                    null);
        } catch (AccessDeniedException e) {
            throw unreadable(spec, e);
        }
        boolean directory = Files.isDirectory(real);
        if (!context.isAllowed(real)) {
            throw outside(spec, real, directory, context);
        }
        if (!directory && !Files.isRegularFile(real)) {
            throw new ConfigException(
                    spec.origin(),
                    List.of(spec.place() + ": '" + real + "' is neither a file nor a directory (expected one to copy)"),
                    null);
        }
        return new HostInput(spec, real, CopyTarget.of(spec, directory), context, excluded);
    }

    private static ConfigException outside(InputSpec spec, Path real, boolean directory, InputContext context) {
        return new ConfigException(
                spec.origin(),
                List.of(spec.place() + ": '" + spec.source() + "' is '" + real + "', outside '" + context.directory()
                        + "' (expected a file in it, or in a directory that may be copied from)"),
                AdviceKey.ALLOW_COPY_FROM.advice("directory", (directory ? real : parent(real)).toString()));
    }

    public InputSpec spec() {
        return spec;
    }

    /** The guest directory in which the archive is unpacked; like the destination, it may be relative. */
    public String directory() {
        return target.directory();
    }

    /** Reads everything for its digest: names, types, modes, link targets and content, but neither times nor owners. */
    public InputContent read() throws IOException, CrossbuildException {
        return visit(null);
    }

    /**
     * Writes everything into an archive.
     *
     * @return what was written
     */
    public InputContent writeTo(TarWriter out) throws IOException, CrossbuildException {
        return visit(out);
    }

    private InputContent visit(@Nullable TarWriter out) throws IOException, CrossbuildException {
        InputReader reader = new InputReader(spec, out);
        try {
            if (Files.isDirectory(source)) {
                try (FileTree tree = HostFileTree.open(source)) {
                    if (!target.name().isEmpty()) {
                        reader.directory(target.name(), tree.root());
                    }
                    walk(tree, reader);
                }
            } else {
                try (FileTree tree = HostFileTree.open(parent(source))) {
                    FileNode node = tree.child(tree.root(), HostNames.nameOf(source))
                            .orElseThrow(() -> new NoSuchFileException(source.toString()));
                    reader.file(target.name(), tree, node);
                }
            }
        } catch (AccessDeniedException e) {
            throw unreadable(spec, e);
        } catch (NoSuchFileException e) {
            throw InputReader.changed(spec, e.getFile());
        }
        return reader.content();
    }

    /** A directory on the way: its path from the source, and its entries that are still to be visited. */
    private record Visit(String path, Path host, Iterator<FileTree.Entry> left) {}

    private void walk(FileTree tree, InputReader reader) throws IOException, CrossbuildException {
        Deque<Visit> way = new ArrayDeque<>();
        way.push(new Visit("", source, tree.children(tree.root()).iterator()));
        while (!way.isEmpty()) {
            Visit visit = way.element();
            if (!visit.left().hasNext()) {
                way.pop();
                continue;
            }
            FileTree.Entry entry = visit.left().next();
            FileNode node = entry.node();
            String path = visit.path() + entry.name();
            Optional<Path> host = HostNames.resolve(visit.host(), entry.name());
            if (host.isEmpty() || isLeftOut(path, host.get(), node)) {
                continue;
            }
            String name = target.name().isEmpty() ? path : target.name() + "/" + path;
            switch (node.type()) {
                case DIRECTORY -> {
                    reader.directory(name, node);
                    way.push(new Visit(
                            path + "/", host.get(), tree.children(node).iterator()));
                }
                case REGULAR -> reader.file(name, tree, node);
                case SYMLINK -> reader.symlink(name, tree, node);
                default -> reader.leaveOut();
            }
        }
    }

    private boolean isLeftOut(String path, Path host, FileNode node) throws IOException {
        boolean directory = node.isDirectory();
        return excluded.isIgnored(path, directory)
                || (ignoredBase != null && context.ignored().isIgnored(ignoredBase + path, directory))
                || context.own().contains(host)
                || (directory && isOwn(host));
    }

    /**
     * Whether a directory is a target root, or one of crossbuild's own in a target root, or contains nothing but these.
     */
    private boolean isOwn(Path directory) throws IOException {
        return context.own().contains(directory)
                || directory.endsWith(".crossbuild")
                || Files.exists(directory.resolve(".crossbuild").resolve("manifest.json"))
                || holdsOnlyOwn(directory);
    }

    private boolean holdsOnlyOwn(Path directory) throws IOException {
        boolean some = false;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (!Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS) || !isOwn(entry)) {
                    return false;
                }
                some = true;
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return some;
    }

    /**
     * The path of the source relative to the directory with the ignore file, with a trailing slash; null if it is
     * elsewhere.
     */
    private static @Nullable String below(Path directory, Path source) {
        if (!source.startsWith(directory)) {
            return null;
        }
        List<String> names = new ArrayList<>();
        for (Path at = source; !at.equals(directory); at = parent(at)) {
            names.add(0, HostNames.nameOf(at) + "/");
        }
        return String.join("", names);
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }

    private static HostRequirementException unreadable(InputSpec spec, AccessDeniedException e) {
        return new HostRequirementException(
                "Cannot read '" + e.getFile() + "' for '" + spec.text() + "': no permission (expected a readable file)",
                AdviceKey.GIVE_READ_PERMISSION.advice("ignoreFile", InputContext.IGNORE_FILE),
                e);
    }
}
