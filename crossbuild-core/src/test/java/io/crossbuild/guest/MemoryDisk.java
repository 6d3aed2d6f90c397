// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.disk.DiskTree;
import io.crossbuild.disk.block.RawImage;
import io.crossbuild.disk.qcow2.Qcow2Header;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files on a qcow2 image and on those on which it is based. They are lines after the data of qcow2: a path and the
 * content in base64. A line with only the path "/" represents a file system.
 */
final class MemoryDisk {
    /** Where the first line begins: no image of these tests needs more clusters. */
    private static final int BEGIN = 4 << 16;

    private final Path image;
    private final Map<String, String> files;
    private final Map<String, String> written;

    private MemoryDisk(Path image, Map<String, String> files) {
        this.image = image;
        this.files = files;
        this.written = new TreeMap<>(files);
    }

    /** @throws IOException when an image of the chain is missing or invalid */
    static MemoryDisk open(Path image) throws IOException {
        Deque<Path> chain = new ArrayDeque<>();
        Path at = image;
        while (at != null) {
            chain.addFirst(at);
            try {
                String below = Qcow2Header.read(at).backingFile().orElse(null);
                at = below == null ? null : at.resolveSibling(below).normalize();
            } catch (CrossbuildException e) {
                throw new IOException(e);
            }
        }
        Map<String, String> files = new TreeMap<>();
        for (Path each : chain) {
            byte[] bytes = Files.readAllBytes(each);
            new String(bytes, BEGIN, bytes.length - BEGIN, StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(" ", 2))
                    .forEach(line -> files.put(
                            line[0], new String(Base64.getDecoder().decode(line[1]), StandardCharsets.UTF_8)));
        }
        return new MemoryDisk(image, files);
    }

    /** The regular files of an ext4 file system in a raw image, which is never written. */
    static MemoryDisk ofFileSystem(Path image) {
        Map<String, String> files = new TreeMap<>();
        try (FileTree tree = DiskTree.open(RawImage.open(image))) {
            Deque<FileTree.Entry> directories = new ArrayDeque<>(List.of(new FileTree.Entry("/", tree.root())));
            while (!directories.isEmpty()) {
                FileTree.Entry directory = directories.pop();
                for (FileTree.Entry child : tree.children(directory.node())) {
                    String path = TreePaths.join(directory.name(), child.name());
                    if (child.node().isDirectory()) {
                        directories.push(new FileTree.Entry(path, child.node()));
                    } else if (TreePaths.find(tree, path)
                            .filter(FileNode::isRegular)
                            .isPresent()) {
                        files.put(path, text(tree, TreePaths.find(tree, path).orElseThrow()));
                    }
                }
            }
            return new MemoryDisk(image, files);
        } catch (IOException | CrossbuildException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(FileTree tree, FileNode file) throws IOException, CrossbuildException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(file.sizeBytes()));
        try (FileContent content = tree.open(file)) {
            while (bytes.hasRemaining()) {
                if (content.read(bytes, bytes.position()) < 0) {
                    throw new IOException("a short file");
                }
            }
        }
        return new String(bytes.array(), StandardCharsets.UTF_8);
    }

    /** The same files on an empty image above this one. The backing file may still be renamed. */
    MemoryDisk over(Path overlay) throws IOException {
        try {
            if (Qcow2Header.read(overlay).backingFile().isEmpty()) {
                throw new IOException("'" + overlay + "' is based on nothing");
            }
        } catch (CrossbuildException e) {
            throw new IOException(e);
        }
        return new MemoryDisk(overlay, files);
    }

    Map<String, String> files() {
        return files;
    }

    String text(String path) {
        return files.getOrDefault(path, "");
    }

    /** Makes a file system unless there is one. */
    boolean format() {
        return files.putIfAbsent("/", "") == null;
    }

    /** Adds the changes to the image. */
    void write() throws IOException {
        StringBuilder lines = new StringBuilder();
        files.forEach((path, content) -> {
            if (!content.equals(written.put(path, content))) {
                byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
                lines.append(path)
                        .append(' ')
                        .append(Base64.getEncoder().encodeToString(bytes))
                        .append('\n');
            }
        });
        Files.writeString(image, lines, StandardOpenOption.APPEND);
    }
}
