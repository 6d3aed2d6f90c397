// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a dynamic section and the version tables that it points to. */
final class DynamicReader {
    private static final int DT_NEEDED = 1;
    private static final int DT_STRTAB = 5;
    private static final int DT_SONAME = 14;
    private static final int DT_RPATH = 15;
    private static final int DT_DEBUG = 21;
    private static final int DT_RUNPATH = 29;
    private static final int DT_DEPAUDIT = 0x6ffffefb;
    private static final int DT_AUDIT = 0x6ffffefc;
    private static final int DT_FLAGS_1 = 0x6ffffffb;
    private static final int DT_VERDEF = 0x6ffffffc;
    private static final int DT_VERNEED = 0x6ffffffe;
    private static final int DT_AUXILIARY = 0x7ffffffd;
    private static final int DT_FILTER = 0x7fffffff;

    private static final int VER_FLG_WEAK = 2;
    /** Far more than link editors write, but few enough that a hostile table costs little time. */
    private static final int MAX_ENTRIES = 1 << 16;

    private final ElfBytes in;
    private final ElfHeader header;
    private final ElfReader.Memory memory;

    DynamicReader(ElfBytes in, ElfHeader header, ElfReader.Memory memory) {
        this.in = in;
        this.header = header;
        this.memory = memory;
    }

    /** A dependency whose name has not been read yet: the string table's tag may come later. */
    private record RawDependency(NeededLibrary.Kind kind, long name) {}

    DynamicSection read(ElfReader.Segment s) throws IOException, CrossbuildException {
        List<RawDependency> dependencies = new ArrayList<>();
        Map<Long, Long> values = entries(s, dependencies);
        Strings strings = new Strings(values.get((long) DT_STRTAB));
        List<NeededLibrary> named = new ArrayList<>();
        for (RawDependency d : dependencies) {
            named.add(new NeededLibrary(d.kind(), strings.at(d.name())));
        }
        return new DynamicSection(
                named,
                strings.ofTag(values, DT_SONAME),
                strings.ofTag(values, DT_RPATH),
                strings.ofTag(values, DT_RUNPATH),
                values.getOrDefault((long) DT_FLAGS_1, 0L),
                values.containsKey((long) DT_DEBUG),
                strings.ofTag(values, DT_AUDIT),
                strings.ofTag(values, DT_DEPAUDIT),
                versionNeeds(values.get((long) DT_VERNEED), strings),
                definedVersions(values.get((long) DT_VERDEF), strings));
    }

    /** The last value of each tag. */
    Map<Long, Long> values(ElfReader.Segment s) throws IOException, CrossbuildException {
        return entries(s, new ArrayList<>());
    }

    private Map<Long, Long> entries(ElfReader.Segment s, List<RawDependency> dependencies)
            throws IOException, CrossbuildException {
        int entryBytes = header.elfClass().dynamicEntryBytes();
        long offset = memory.offsetOf(s.address());
        Map<Long, Long> values = new HashMap<>();
        for (int i = 0; ; i++) {
            if (i == MAX_ENTRIES) {
                throw in.malformed(offset, "a dynamic section of more than " + MAX_ENTRIES + " entries");
            }
            long at = offset + (long) i * entryBytes;
            long tag = in.address(at);
            if (tag == 0) {
                break;
            }
            long value = in.address(at + header.elfClass().addressBytes());
            if (tag == DT_NEEDED) {
                dependencies.add(new RawDependency(NeededLibrary.Kind.NEEDED, value));
            } else if (tag == DT_AUXILIARY) {
                dependencies.add(new RawDependency(NeededLibrary.Kind.AUXILIARY, value));
            } else if (tag == DT_FILTER) {
                dependencies.add(new RawDependency(NeededLibrary.Kind.FILTER, value));
            } else {
                values.put(tag, value);
            }
        }
        return values;
    }

    /** The chain of {@code Verneed} records, each with its chain of {@code Vernaux} records. */
    private List<VersionNeed> versionNeeds(@Nullable Long address, Strings strings)
            throws IOException, CrossbuildException {
        List<VersionNeed> result = new ArrayList<>();
        int count = 0;
        long at = address == null ? -1 : memory.offsetOf(address);
        while (at >= 0) {
            List<VersionNeed.Version> versions = new ArrayList<>();
            long aux = at + in.u32(at + 8);
            long next;
            do {
                boolean weak = (in.u16(aux + 4) & VER_FLG_WEAK) != 0;
                versions.add(new VersionNeed.Version(strings.at(in.u32(aux + 8)), weak));
                if (++count > MAX_ENTRIES) {
                    throw in.malformed(at, "more than " + MAX_ENTRIES + " needed versions");
                }
                next = in.u32(aux + 12);
                aux += next;
            } while (next != 0);
            result.add(new VersionNeed(strings.at(in.u32(at + 4)), versions));
            next = in.u32(at + 12);
            at = next == 0 ? -1 : at + next;
        }
        return result;
    }

    /** The chain of {@code Verdef} records; the first {@code Verdaux} record of each has the name. */
    private @Nullable Set<String> definedVersions(@Nullable Long address, Strings strings)
            throws IOException, CrossbuildException {
        if (address == null) {
            return null;
        }
        Set<String> result = new HashSet<>();
        long at = memory.offsetOf(address);
        for (int i = 0; ; i++) {
            if (i == MAX_ENTRIES) {
                throw in.malformed(at, "more than " + MAX_ENTRIES + " defined versions");
            }
            result.add(strings.at(in.u32(at + in.u32(at + 12))));
            long next = in.u32(at + 16);
            if (next == 0) {
                return result;
            }
            at += next;
        }
    }

    /** The dynamic string table. */
    private final class Strings {
        private final @Nullable Long address;
        private final Map<Long, String> read = new HashMap<>();

        Strings(@Nullable Long address) {
            this.address = address;
        }

        String at(long index) throws IOException, CrossbuildException {
            String known = read.get(index);
            if (known == null) {
                if (address == null) {
                    throw in.malformed(-1, "a dynamic section without a string table");
                }
                known = in.string(memory.offsetOf(address + index));
                read.put(index, known);
            }
            return known;
        }

        @Nullable String ofTag(Map<Long, Long> values, int tag) throws IOException, CrossbuildException {
            Long index = values.get((long) tag);
            return index == null ? null : at(index);
        }
    }
}
