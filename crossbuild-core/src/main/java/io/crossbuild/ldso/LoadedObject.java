// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.elf.DynamicSection;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.tree.TreePaths;
import org.jspecify.annotations.Nullable;

/**
 * An object in a process: the program, a library, the loader itself, or the kernel's vDSO. Equality is identity: one
 * file may be loaded twice.
 */
final class LoadedObject {
    private final String name;
    private final String path;
    private final TreeView.@Nullable Present file;
    private final @Nullable ElfFile elf;
    private final @Nullable LoadedObject requester;
    private final @Nullable String origin;

    private LoadedObject(
            String name,
            String path,
            TreeView.@Nullable Present file,
            @Nullable ElfFile elf,
            @Nullable LoadedObject requester,
            @Nullable String origin) {
        this.name = name;
        this.path = path;
        this.file = file;
        this.elf = elf;
        this.requester = requester;
        this.origin = origin;
    }

    /** An object that has no file: the vDSO with an empty path, or a loader that does not exist. */
    static LoadedObject withoutFile(String name, String path) {
        return new LoadedObject(name, path, null, null, null, null);
    }

    /** A library found under a path. */
    static LoadedObject library(
            String name, String path, TreeView.Present file, ElfFile elf, @Nullable LoadedObject requester) {
        return new LoadedObject(name, path, file, elf, requester, directory(path));
    }

    /**
     * A program: its origin has no links, since it comes from the kernel (sysdeps/unix/sysv/linux/dl-origin.c of
     * glibc).
     */
    static LoadedObject program(String path, TreeView.Present file, ElfFile elf) {
        return new LoadedObject("", path, file, elf, null, TreePaths.parent(file.canonicalPath()));
    }

    /** The name by which it was first requested. */
    String name() {
        return name;
    }

    /** The path as it was opened; empty for the vDSO. */
    String path() {
        return path;
    }

    TreeView.@Nullable Present file() {
        return file;
    }

    @Nullable ElfFile elf() {
        return elf;
    }

    /** The object whose RPATH chain this one continues: {@code l_loader} of glibc, {@code needed_by} of musl. */
    @Nullable LoadedObject requester() {
        return requester;
    }

    /** The value of {@code $ORIGIN}; null where there is none. */
    @Nullable String origin() {
        return origin;
    }

    @Nullable DynamicSection dynamic() {
        return elf == null ? null : elf.dynamic();
    }

    boolean has(long flag1) {
        DynamicSection dynamic = dynamic();
        return dynamic != null && dynamic.has(flag1);
    }

    /** {@code DT_RPATH}, which is ignored if there is {@code DT_RUNPATH} (elf/get-dynamic-info.h of glibc). */
    @Nullable String effectiveRpath() {
        DynamicSection dynamic = dynamic();
        return dynamic == null || dynamic.runpath() != null ? null : dynamic.rpath();
    }

    @Nullable String runpath() {
        DynamicSection dynamic = dynamic();
        return dynamic == null ? null : dynamic.runpath();
    }

    @Nullable String soname() {
        DynamicSection dynamic = dynamic();
        return dynamic == null ? null : dynamic.soname();
    }

    /** The directory part of a path as written: links and ".." stay. */
    static String directory(String path) {
        int slash = path.lastIndexOf('/');
        return slash == 0 ? "/" : path.substring(0, slash);
    }
}
