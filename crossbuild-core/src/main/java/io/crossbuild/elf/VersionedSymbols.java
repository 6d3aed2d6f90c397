// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileContent;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which symbols of an object need which versions: {@code DT_VERSYM} has an entry for each symbol, the index of a
 * {@code Vernaux} record (Linux Standard Base, "Symbol Versioning").
 */
public final class VersionedSymbols {
    private static final long DT_STRTAB = 5;
    private static final long DT_SYMTAB = 6;
    private static final long DT_VERSYM = 0x6ffffff0L;
    private static final long DT_VERNEED = 0x6ffffffeL;
    /** The highest bit marks a symbol as hidden. */
    private static final int INDEX = 0x7FFF;
    /** 0 and 1 stand for symbols without a version. */
    private static final int FIRST_INDEX = 2;

    private static final int MAX_VERSIONS = 1 << 16;

    private VersionedSymbols() {}

    /**
     * The names of symbols by the version that they need; what was read until then if the file is damaged. A version
     * without symbols has no entry.
     *
     * @param name the file's name for messages
     * @param wanted the versions to look for
     */
    public static Map<String, SortedSet<String>> of(FileContent content, String name, Set<String> wanted)
            throws IOException, CrossbuildException {
        Map<String, SortedSet<String>> found = new TreeMap<>();
        try {
            ElfBytes in = new ElfBytes(content, name);
            ElfHeader header = ElfHeader.read(in);
            ElfReader reader = new ElfReader(in);
            read(in, header, reader.memory(header), reader.dynamicEntries(header), wanted, found);
        } catch (MalformedInputException e) {
            if (!e.input().equals(name)) {
                throw e;
            }
        }
        return found;
    }

    private static void read(
            ElfBytes in,
            ElfHeader header,
            ElfReader.Memory memory,
            Map<Long, Long> dynamic,
            Set<String> wanted,
            Map<String, SortedSet<String>> found)
            throws IOException, CrossbuildException {
        Long symbols = dynamic.get(DT_SYMTAB);
        Long strings = dynamic.get(DT_STRTAB);
        Long indexes = dynamic.get(DT_VERSYM);
        Long needs = dynamic.get(DT_VERNEED);
        if (symbols == null || strings == null || indexes == null || needs == null) {
            return;
        }
        long names = memory.offsetOf(strings);
        Map<Integer, String> versions = versions(in, memory.offsetOf(needs), names);
        int entryBytes = header.elfClass() == ElfClass.ELF64 ? 24 : 16;
        long table = memory.offsetOf(symbols);
        long versionTable = memory.offsetOf(indexes);
        long count = ImportedSymbols.tableSize(in, memory, dynamic, symbols, entryBytes);
        for (long i = 1; i < count; i++) {
            int index = in.u16(versionTable + 2 * i) & INDEX;
            String version = index < FIRST_INDEX ? null : versions.get(index);
            if (version != null && wanted.contains(version)) {
                String symbol = in.string(names + in.u32(table + i * entryBytes));
                // Tools that move the table leave entries without names.
                if (!symbol.isEmpty()) {
                    found.computeIfAbsent(version, v -> new TreeSet<>()).add(symbol);
                }
            }
        }
    }

    /** The names of needed versions by their indexes. */
    private static Map<Integer, String> versions(ElfBytes in, long first, long names)
            throws IOException, CrossbuildException {
        Map<Integer, String> versions = new HashMap<>();
        int count = 0;
        long next;
        for (long at = first; ; at += next) {
            long auxNext;
            for (long aux = at + in.u32(at + 8); ; aux += auxNext) {
                versions.put(in.u16(aux + 6) & INDEX, in.string(names + in.u32(aux + 8)));
                if (++count > MAX_VERSIONS) {
                    throw in.malformed(at, "more than " + MAX_VERSIONS + " needed versions");
                }
                auxNext = in.u32(aux + 12);
                if (auxNext == 0) {
                    break;
                }
            }
            next = in.u32(at + 12);
            if (next == 0) {
                return versions;
            }
        }
    }
}
