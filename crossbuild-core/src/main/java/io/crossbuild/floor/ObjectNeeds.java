// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.floor;

import io.crossbuild.elf.DynamicSection;
import io.crossbuild.elf.ElfClass;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.elf.ElfMachine;
import io.crossbuild.elf.VersionNeed;
import io.crossbuild.elf.VersionedSymbols;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/**
 * The versions of symbols that one program or shared object needs.
 *
 * @param path in the guest, as it was selected
 * @param canonicalPath in the guest
 * @param machine its architecture, such as "x86-64"
 * @param program whether it is a program
 * @param names by which others may need it: its own and that of its file
 * @param needs by library
 * @param definesGlibc whether it is a part of glibc
 */
public record ObjectNeeds(
        String path,
        String canonicalPath,
        FileNode node,
        String machine,
        boolean program,
        Set<String> names,
        List<VersionNeed> needs,
        boolean definesGlibc) {
    public ObjectNeeds {
        names = Set.copyOf(names);
        needs = List.copyOf(needs);
    }

    /** Reads a file; empty if it is none that a loader loads. */
    public static Optional<ObjectNeeds> read(FileTree tree, String path) throws IOException, CrossbuildException {
        if (!(TreePaths.resolve(tree, path) instanceof TreePaths.Found found)
                || !found.node().isRegular()) {
            return Optional.empty();
        }
        ElfFile elf;
        try (FileContent content = tree.open(found.node())) {
            if (!ElfFile.hasMagic(content)) {
                return Optional.empty();
            }
            elf = ElfFile.read(content, found.path());
        } catch (MalformedInputException e) {
            if (!e.input().equals(found.path())) {
                throw e;
            }
            return Optional.empty();
        }
        DynamicSection dynamic = elf.dynamic();
        if (dynamic == null) {
            return Optional.empty();
        }
        String name = TreePaths.name(path);
        Set<String> defined = dynamic.definedVersions() == null ? Set.of() : dynamic.definedVersions();
        return Optional.of(new ObjectNeeds(
                path,
                found.path(),
                found.node(),
                machine(elf.header()),
                elf.isProgram(),
                dynamic.soname() == null || dynamic.soname().equals(name)
                        ? Set.of(name)
                        : Set.of(name, dynamic.soname()),
                dynamic.versionNeeds(),
                defined.stream().anyMatch(v -> v.startsWith("GLIBC_"))));
    }

    private static String machine(ElfHeader header) {
        return header.machine() == ElfMachine.X86_64 && header.elfClass() == ElfClass.ELF32
                ? "x32"
                : ElfMachine.name(header.machine());
    }

    /** The symbols that need these versions, by version. */
    Map<String, SortedSet<String>> symbols(FileTree tree, Set<String> versions)
            throws IOException, CrossbuildException {
        try (FileContent content = tree.open(node)) {
            return VersionedSymbols.of(content, canonicalPath, versions);
        }
    }
}
