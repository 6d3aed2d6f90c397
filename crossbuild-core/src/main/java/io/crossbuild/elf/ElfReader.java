// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the program headers of one file. */
final class ElfReader {
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;
    private static final int PT_NOTE = 4;
    /** For other machines this number has a different meaning. */
    private static final int PT_MIPS_ABIFLAGS = 0x70000003;
    /**
     * The kernel's limit for the table (load_elf_phdrs in fs/binfmt_elf.c); it also limits the time that a hostile file
     * costs.
     */
    private static final int MAX_PROGRAM_HEADERS_BYTES = 1 << 16;

    private static final int MAX_INTERPRETER_BYTES = 4096;

    private final ElfBytes in;

    ElfReader(ElfBytes in) {
        this.in = in;
    }

    /** One entry of the program header table. */
    record Segment(int type, int flags, long offset, long address, long fileBytes, long memoryBytes, long align) {}

    ElfFile read() throws IOException, CrossbuildException {
        ElfHeader header = ElfHeader.read(in);
        List<Segment> segments = segments(header);
        Memory memory = new Memory(in, segments);
        String interpreter = null;
        DynamicSection dynamic = null;
        boolean loadable = false;
        MipsAbiFlags mipsAbiFlags = null;
        NoteReader notes = new NoteReader(in, header.elfClass());
        for (Segment s : segments) {
            if (s.type() == PT_LOAD) {
                loadable = true;
            } else if (s.type() == PT_INTERP) {
                interpreter = interpreter(s);
            } else if (s.type() == PT_DYNAMIC && s.fileBytes() > 0) {
                // Files with only debug information keep the entry but not its content.
                dynamic = new DynamicReader(in, header, memory).read(s);
            } else if (s.type() == PT_NOTE) {
                notes.read(s);
            } else if (s.type() == PT_MIPS_ABIFLAGS && isMips(header) && mipsAbiFlags == null) {
                mipsAbiFlags = MipsAbiFlags.read(in, s);
            }
        }
        return new ElfFile(
                header,
                interpreter,
                dynamic,
                loadable,
                notes.x86IsaNeeded(),
                notes.otherSystem(),
                notes.physicalEntry(),
                mipsAbiFlags,
                notes.dlopenNotes());
    }

    /** The segments that are loaded. */
    List<Segment> loaded() throws IOException, CrossbuildException {
        List<Segment> loaded = new ArrayList<>();
        for (Segment segment : segments(ElfHeader.read(in))) {
            if (segment.type() == PT_LOAD) {
                loaded.add(segment);
            }
        }
        return loaded;
    }

    /** The loaded segments, by address. */
    Memory memory(ElfHeader header) throws IOException, CrossbuildException {
        return new Memory(in, segments(header));
    }

    /** The last value of each tag of the dynamic section; empty if there is none. */
    Map<Long, Long> dynamicEntries(ElfHeader header) throws IOException, CrossbuildException {
        Memory memory = memory(header);
        for (Segment s : segments(header)) {
            if (s.type() == PT_DYNAMIC && s.fileBytes() > 0) {
                return new DynamicReader(in, header, memory).values(s);
            }
        }
        return Map.of();
    }

    private static boolean isMips(ElfHeader header) {
        return header.machine() == ElfMachine.MIPS || header.machine() == ElfMachine.MIPS_OLD;
    }

    private List<Segment> segments(ElfHeader header) throws IOException, CrossbuildException {
        int count = header.programHeaderCount();
        if (count == 0) {
            return List.of();
        }
        int entryBytes = header.elfClass().programHeaderBytes();
        if (header.programHeaderBytes() != entryBytes) {
            throw in.malformed(
                    -1, "program headers of " + header.programHeaderBytes() + " bytes (expected " + entryBytes + ")");
        }
        if ((long) count * entryBytes > MAX_PROGRAM_HEADERS_BYTES) {
            throw in.malformed(
                    header.programHeadersOffset(),
                    count + " program headers (expected at most " + MAX_PROGRAM_HEADERS_BYTES / entryBytes + ")");
        }
        List<Segment> result = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            result.add(segment(header.elfClass(), header.programHeadersOffset() + (long) i * entryBytes));
        }
        return result;
    }

    private Segment segment(ElfClass width, long at) throws IOException, CrossbuildException {
        if (width == ElfClass.ELF32) {
            return new Segment(
                    (int) in.u32(at),
                    (int) in.u32(at + 24),
                    in.u32(at + 4),
                    in.u32(at + 8),
                    in.u32(at + 16),
                    in.u32(at + 20),
                    in.u32(at + 28));
        }
        return new Segment(
                (int) in.u32(at),
                (int) in.u32(at + 4),
                in.u64(at + 8),
                in.u64(at + 16),
                in.u64(at + 32),
                in.u64(at + 40),
                in.u64(at + 48));
    }

    private String interpreter(Segment s) throws IOException, CrossbuildException {
        if (s.fileBytes() < 2 || s.fileBytes() > MAX_INTERPRETER_BYTES) {
            throw in.malformed(
                    s.offset(),
                    "an interpreter name of " + s.fileBytes() + " bytes (expected 2 to " + MAX_INTERPRETER_BYTES + ")");
        }
        if (in.u8(s.offset() + s.fileBytes() - 1) != 0) {
            throw in.malformed(s.offset(), "an interpreter name without an end (expected a zero byte)");
        }
        return in.string(s.offset());
    }

    /** The loaded segments as memory: tables are found by address, as in a loader. */
    static final class Memory {
        private final ElfBytes in;
        private final List<Segment> loaded = new ArrayList<>();
        private @Nullable Segment last;

        Memory(ElfBytes in, List<Segment> segments) {
            this.in = in;
            for (Segment s : segments) {
                if (s.type() == PT_LOAD) {
                    loaded.add(s);
                }
            }
        }

        /**
         * The file offset of an address.
         *
         * @throws MalformedInputException when no segment loads that address from the file
         */
        long offsetOf(long address) throws MalformedInputException {
            Segment segment = last;
            if (segment == null || !holds(segment, address)) {
                segment = null;
                for (Segment s : loaded) {
                    if (holds(s, address)) {
                        segment = s;
                        break;
                    }
                }
                if (segment == null) {
                    throw in.malformed(
                            -1, "address 0x" + Long.toHexString(address) + " (expected one in a loaded segment)");
                }
                last = segment;
            }
            return segment.offset() + (address - segment.address());
        }

        private static boolean holds(Segment s, long address) {
            return Long.compareUnsigned(address, s.address()) >= 0
                    && Long.compareUnsigned(address - s.address(), s.fileBytes()) < 0;
        }
    }
}
