// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.elf.ElfWriter;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileAttributes;
import io.crossbuild.tree.MemoryFileTree;
import io.crossbuild.tree.MemoryFileTreeBuilder;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A small root file system in memory, with a loader that has the same facts about itself as a real one. */
public final class TestRoot {
    public static final String GLIBC = "/lib64/ld-linux-x86-64.so.2";
    public static final String MUSL = "/lib/ld-musl-x86_64.so.1";

    private final List<Step> steps = new ArrayList<>();
    private LoaderOptions options = LoaderOptions.defaults();

    /** A tree can be built only once, a root here any number of times. */
    private interface Step {
        void apply(MemoryFileTreeBuilder tree) throws CrossbuildException;
    }

    /** With a loader like that of Debian 13. */
    public static TestRoot debian() {
        return new TestRoot()
                .loader(
                        GLIBC,
                        "ld.so (Debian GLIBC 2.41-12) stable release version 2.41.\nCopyright",
                        "/lib/x86_64-linux-gnu/\0/usr/lib/x86_64-linux-gnu/\0/lib/\0/usr/lib/",
                        "lib/x86_64-linux-gnu",
                        "/etc/ld.so.cache",
                        "glibc-hwcaps/",
                        "x86-64-v4:x86-64-v3:x86-64-v2");
    }

    public static TestRoot alpine() {
        return new TestRoot().file(MUSL, ElfWriter.amd64().soname("libc.musl-x86_64.so.1"));
    }

    /** A loader that contains these strings. */
    public TestRoot loader(String path, String... strings) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        content.writeBytes(ElfWriter.amd64().soname("ld-linux-x86-64.so.2").bytes());
        for (String s : strings) {
            content.write(1);
            content.write(0);
            content.writeBytes((s + "\0").getBytes(StandardCharsets.UTF_8));
        }
        return file(path, content.toByteArray());
    }

    public TestRoot file(String path, ElfWriter content) {
        return file(path, content.bytes());
    }

    public TestRoot file(String path, byte[] content) {
        steps.add(tree -> tree.file(path, content, FileAttributes.of(0755)));
        return this;
    }

    public TestRoot text(String path, String content) {
        return file(path, content.getBytes(StandardCharsets.UTF_8));
    }

    public TestRoot library(String path, String... needed) {
        return file(path, ElfWriter.amd64().needs(needed));
    }

    public TestRoot program(String path, String... needed) {
        return file(path, ElfWriter.amd64().program(GLIBC).needs(needed));
    }

    public TestRoot link(String path, String target) {
        steps.add(tree -> tree.symlink(path, target));
        return this;
    }

    public TestRoot options(LoaderOptions value) {
        options = value;
        return this;
    }

    public MemoryFileTree tree() throws CrossbuildException {
        MemoryFileTreeBuilder builder = MemoryFileTree.builder();
        for (Step step : steps) {
            step.apply(builder);
        }
        return builder.build();
    }

    public Closure resolve(String program, String... addons) throws Exception {
        return new ClosureResolver(tree(), options).resolve(program, List.of(addons));
    }

    public Closure resolve(ClosureRequest request) throws Exception {
        return new ClosureResolver(tree(), options).resolve(request);
    }

    public static List<String> paths(Closure closure) {
        return closure.files().stream().map(OpenedFile::path).toList();
    }
}
