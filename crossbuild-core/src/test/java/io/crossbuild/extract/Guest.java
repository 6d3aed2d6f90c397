// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.config.BuildConfig;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.Warning;
import io.crossbuild.extract.needs.TracedLine;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.tree.FileAttributes;
import io.crossbuild.tree.FileType;
import io.crossbuild.tree.MemoryFileTree;
import io.crossbuild.tree.MemoryFileTreeBuilder;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A guest in memory for tests, and the events of an extraction from it. */
final class Guest {
    static final Instant TIME = Instant.parse("2024-03-01T12:34:56.123456789Z");

    final MemoryFileTreeBuilder builder = MemoryFileTree.builder();
    final List<TracedLine> traced = new ArrayList<>();
    final List<BuildEvent> events = new CopyOnWriteArrayList<>();

    Guest file(String path, String content) throws CrossbuildException {
        return file(path, content, 0644);
    }

    Guest file(String path, String content, int mode) throws CrossbuildException {
        return file(path, content.getBytes(StandardCharsets.UTF_8), mode);
    }

    Guest file(String path, byte[] content, int mode) throws CrossbuildException {
        builder.file(path, content, new FileAttributes(mode, 0, 0, TIME));
        return this;
    }

    Guest link(String path, String target) throws CrossbuildException {
        builder.symlink(path, target);
        return this;
    }

    Guest dir(String path, int mode) throws CrossbuildException {
        builder.directory(path, new FileAttributes(mode, 0, 0, TIME));
        return this;
    }

    /** The usual merged /usr with a loader and a program that needs two libraries. */
    static Guest withProgram() throws CrossbuildException {
        return new Guest()
                .link("/lib", "usr/lib")
                .link("/lib64", "usr/lib64")
                .link("/bin", "usr/bin")
                .file("/usr/lib64/ld-linux-x86-64.so.2", TinyElf.loader(), 0755)
                .file("/usr/lib64/libc.so.6", TinyElf.library(null), 0755)
                .file("/usr/lib64/libz.so.1.3", TinyElf.library(null, "libc.so.6"), 0644)
                .link("/usr/lib64/libz.so.1", "libz.so.1.3")
                .file("/usr/bin/node", TinyElf.program("libz.so.1", "libc.so.6"), 0755)
                .file("/root/node_modules/a/index.js", "a")
                .file("/root/node_modules/a/cli.js", "#!/usr/bin/node", 0755)
                .link("/root/node_modules/.bin/a", "../a/cli.js");
    }

    ExtractionResult extract(BuildConfig config, Path root)
            throws IOException, CrossbuildException, InterruptedException {
        return extract(config, ExtractionOptions.DEFAULTS, root);
    }

    ExtractionResult extract(BuildConfig config, ExtractionOptions options, Path root)
            throws IOException, CrossbuildException, InterruptedException {
        try (MemoryFileTree tree = builder.build()) {
            return new Extractor(tree, config, options, traced, events::add).extractTo(root);
        }
    }

    /** Adds a line that read files. */
    Guest traced(int line, Map<String, FileType> files) {
        traced.add(new TracedLine(line, new TreeMap<>(files)));
        return this;
    }

    List<Warning> warnings() {
        return events(Warning.class);
    }

    /** The only warning, which must have the given type. */
    <T extends Warning> T warning(Class<T> type) {
        assertThat(warnings()).singleElement().isInstanceOf(type);
        return type.cast(warnings().get(0));
    }

    /** The events of one type. */
    <T extends BuildEvent> List<T> events(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    static BuildConfig config(@Nullable String program, List<String> files, List<String> dirs) {
        return new BuildConfig(program, List.of(), files, dirs, Map.of(), Map.of());
    }

    static BuildConfig dirs(String... dirs) {
        return config(null, List.of(), List.of(dirs));
    }

    static BuildConfig files(String... files) {
        return config(null, List.of(files), List.of());
    }

    /**
     * Everything below a directory except crossbuild's own files: {@code "dir"}, {@code "-> target"} or the content of
     * a file. What an ordinary user may not read of it has no content.
     */
    static Map<String, String> snapshot(Path root) throws IOException {
        Map<String, String> all = new TreeMap<>();
        if (!Files.exists(root)) {
            return all;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return add(directory, "dir");
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                return add(file, attributes.isSymbolicLink() ? "-> " + Files.readSymbolicLink(file) : content(file));
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (!(e instanceof AccessDeniedException)) {
                    throw e;
                }
                return add(file, "dir");
            }

            private FileVisitResult add(Path path, String text) {
                String name = root.relativize(path).toString().replace(File.separatorChar, '/');
                if (!name.isEmpty() && !name.equals("run.json") && !name.startsWith(".crossbuild")) {
                    all.put(name, text);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return all;
    }

    private static String content(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (AccessDeniedException e) {
            return "";
        }
    }
}
