// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.tree.FileType;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Unpacks packages into a directory of the host, without root rights: modes and links are kept; owners, set-user-ID
 * bits and devices are not.
 *
 * <p>Links below the directory are followed as if it were the root, so that a package's file {@code lib/x} is written
 * through a link {@code lib -> usr/lib}. Nothing is ever written outside the directory, no matter what the links say.
 */
public final class PackageUnpacker {
    /** From the owner's read bit, 0400, down to the others' execute bit, 0001. */
    private static final List<PosixFilePermission> MODE_BITS = List.of(
            PosixFilePermission.OWNER_READ,
            PosixFilePermission.OWNER_WRITE,
            PosixFilePermission.OWNER_EXECUTE,
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private final Path root;

    private PackageUnpacker(Path root) {
        this.root = root;
    }

    /**
     * Unpacks packages one over the other.
     *
     * @param directory must exist; must not be used by others
     */
    public static void unpack(Collection<Path> debs, Path directory)
            throws IOException, CrossbuildException, InterruptedException {
        unpack(debs, entry -> true, directory);
    }

    /**
     * Unpacks some files of packages, one package over the other.
     *
     * @param filter selects files; their parent directories are added automatically
     * @param directory must exist; must not be used by others
     */
    public static void unpack(Collection<Path> debs, Predicate<DebEntry> filter, Path directory)
            throws IOException, CrossbuildException, InterruptedException {
        PackageUnpacker unpacker = new PackageUnpacker(directory.toRealPath());
        for (Path deb : debs) {
            DebFile.open(deb).forEachFile((entry, content) -> {
                if (filter.test(entry)) {
                    unpacker.put(deb, entry, content);
                }
            });
            if (Thread.interrupted()) {
                throw new InterruptedException("unpacking interrupted");
            }
        }
    }

    private void put(Path deb, DebEntry entry, InputStream content) throws IOException, CrossbuildException {
        try {
            if (entry.type() == FileType.DIRECTORY) {
                Path made = entry.path().equals("/") ? root : directory(deb, entry.path());
                setMode(made, entry.attributes().permissions() | 0700);
                return;
            }
            if (entry.path().equals("/")) {
                throw new MalformedInputException(deb.toString(), -1, "the root is not a directory");
            }
            Path target = directory(deb, TreePaths.parent(entry.path())).resolve(TreePaths.name(entry.path()));
            if (entry.type() == FileType.SYMLINK && Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                // As in dpkg: a package's link never replaces a directory with files of other packages.
                return;
            }
            clear(deb, target);
            if (entry.isHardLink()) {
                link(deb, target, entry.link());
            } else if (entry.type() == FileType.SYMLINK) {
                symlink(target, entry.link());
            } else if (entry.type() == FileType.REGULAR) {
                Files.copy(content, target);
                setMode(target, entry.attributes().permissions());
                Files.setLastModifiedTime(
                        target, FileTime.from(entry.attributes().modified()));
            }
        } catch (InvalidPathException e) {
            throw new HostRequirementException(
                    "Cannot unpack '" + deb + "': this host cannot have a file '" + entry.path() + "'",
                    AdviceKey.UTF8_LOCALE.advice(),
                    e);
        }
    }

    private static void clear(Path deb, Path target) throws IOException, MalformedInputException {
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new MalformedInputException(deb.toString(), -1, "'" + target + "' is already a directory");
        }
        PatientFiles.deleteIfExists(target);
    }

    private void link(Path deb, Path target, String existing) throws IOException, CrossbuildException {
        Path source = directory(deb, TreePaths.parent(existing)).resolve(TreePaths.name(existing));
        if (!Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)) {
            throw new MalformedInputException(
                    deb.toString(), -1, "hard link to '" + existing + "', which is not a file");
        }
        try {
            Files.createLink(target, source);
        } catch (UnsupportedOperationException e) {
            Files.copy(source, target, StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        }
    }

    private static void symlink(Path target, String link) throws IOException, HostRequirementException {
        try {
            Files.createSymbolicLink(target, Path.of(link));
        } catch (UnsupportedOperationException e) {
            throw new HostRequirementException(
                    "Cannot unpack '" + target + "': this host does not support symbolic links", null, e);
        }
    }

    /** The host directory for an absolute path; missing directories are made. */
    private Path directory(Path deb, String path) throws IOException, CrossbuildException {
        Deque<String> rest = new ArrayDeque<>(components(path));
        Path at = root;
        int followed = 0;
        while (!rest.isEmpty()) {
            String name = rest.pop();
            if (name.equals("..")) {
                Path parent = at.getParent();
                at = at.equals(root) || parent == null ? root : parent;
                continue;
            }
            Path child = at.resolve(name);
            if (Files.isSymbolicLink(child)) {
                if (++followed > TreePaths.MAX_LINKS) {
                    throw new MalformedInputException(
                            deb.toString(), -1, "'" + path + "' leads through a cycle of links");
                }
                String target = Files.readSymbolicLink(child).toString();
                List<String> inner = components(target);
                for (int i = inner.size() - 1; i >= 0; i--) {
                    rest.push(inner.get(i));
                }
                at = target.startsWith("/") ? root : at;
                continue;
            }
            if (!Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
                make(deb, child);
            }
            at = child;
        }
        return at;
    }

    private static void make(Path deb, Path directory) throws IOException, MalformedInputException {
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            throw new MalformedInputException(
                    deb.toString(), -1, "'" + directory + "' is a file (expected a directory)", e);
        }
    }

    private static List<String> components(String path) {
        return Arrays.stream(path.split("/"))
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .toList();
    }

    private static void setMode(Path path, int permissions) throws IOException {
        PosixFileAttributeView posix =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        if (posix == null) {
            return;
        }
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < MODE_BITS.size(); i++) {
            if ((permissions & (0400 >> i)) != 0) {
                set.add(MODE_BITS.get(i));
            }
        }
        Files.setPosixFilePermissions(path, set);
    }
}
