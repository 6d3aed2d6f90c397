// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes ELF files by hand: no code, but everything that a loader reads, in both word sizes and byte orders. */
public final class ElfWriter {
    /** The address of the single loaded segment, so that an address is never mistaken for an offset. */
    public static final long BASE = 0x40000;

    private static final int VER_FLG_WEAK = 2;
    /** 0 and 1 stand for no version. */
    private static final int FIRST_VERSION = 2;

    /** The largest of any machine. */
    private static final int PAGE_BYTES = 0x10000;

    private final ElfClass elfClass;
    private final ByteOrder order;
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private final List<long[]> tags = new ArrayList<>();
    private final List<VersionNeed> needs = new ArrayList<>();
    private final List<String> defines = new ArrayList<>();
    private final List<@Nullable String[]> symbols = new ArrayList<>();
    private final ByteArrayOutputStream notes = new ByteArrayOutputStream();
    private int machine = ElfMachine.X86_64;
    private int type = ElfHeader.TYPE_SHARED;
    private int flags;
    private @Nullable String interpreter;
    private boolean dynamic = true;
    private byte[] mipsAbiFlags = {};

    public ElfWriter(ElfClass elfClass, ByteOrder order) {
        this.elfClass = elfClass;
        this.order = order;
        strings.write(0);
    }

    /** A 64-bit little-endian file for x86-64. */
    public static ElfWriter amd64() {
        return new ElfWriter(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN);
    }

    public ElfWriter machine(int value) {
        machine = value;
        return this;
    }

    public ElfWriter type(int value) {
        type = value;
        return this;
    }

    public ElfWriter flags(int value) {
        flags = value;
        return this;
    }

    /** Makes it a position-independent program. */
    public ElfWriter program(String loader) {
        interpreter = loader;
        return tag(0x6ffffffb, DynamicSection.FLAG_1_PIE);
    }

    public ElfWriter interpreter(String loader) {
        interpreter = loader;
        return this;
    }

    public ElfWriter withoutDynamicSection() {
        dynamic = false;
        return this;
    }

    public ElfWriter needs(String... names) {
        for (String name : names) {
            tag(1, string(name));
        }
        return this;
    }

    public ElfWriter soname(String value) {
        return tag(14, string(value));
    }

    public ElfWriter rpath(String value) {
        return tag(15, string(value));
    }

    public ElfWriter runpath(String value) {
        return tag(29, string(value));
    }

    public ElfWriter auxiliary(String value) {
        return tag(0x7ffffffd, string(value));
    }

    public ElfWriter filter(String value) {
        return tag(0x7fffffff, string(value));
    }

    public ElfWriter audit(String value) {
        return tag(0x6ffffefc, string(value));
    }

    public ElfWriter tag(long tag, long value) {
        tags.add(new long[] {tag, value});
        return this;
    }

    /** A needed version; a "?" at its end makes it weak. */
    public ElfWriter needsVersion(String file, String... versions) {
        List<VersionNeed.Version> list = new ArrayList<>();
        for (String v : versions) {
            boolean weak = v.endsWith("?");
            list.add(new VersionNeed.Version(weak ? v.substring(0, v.length() - 1) : v, weak));
        }
        needs.add(new VersionNeed(file, list));
        return this;
    }

    /** A symbol that needs a version of {@link #needsVersion}; null for none. */
    public ElfWriter imports(String name, @Nullable String version) {
        symbols.add(new @Nullable String[] {name, version});
        return this;
    }

    public ElfWriter definesVersion(String... versions) {
        defines.addAll(List.of(versions));
        return this;
    }

    public ElfWriter note(String owner, int noteType, byte[] data) {
        byte[] name = (owner + "\0").getBytes(StandardCharsets.US_ASCII);
        int align = elfClass.addressBytes();
        ByteBuffer head = ByteBuffer.allocate(12).order(order);
        head.putInt(name.length).putInt(data.length).putInt(noteType);
        notes.writeBytes(head.array());
        notes.writeBytes(name);
        pad(notes, align);
        notes.writeBytes(data);
        pad(notes, align);
        return this;
    }

    /** {@code GNU_PROPERTY_X86_ISA_1_NEEDED}. */
    public ElfWriter needsIsa(int levels) {
        ByteBuffer property =
                ByteBuffer.allocate(elfClass == ElfClass.ELF64 ? 16 : 12).order(order);
        property.putInt(0xc0008002).putInt(4).putInt(levels);
        return note("GNU", 5, property.array());
    }

    /** {@code NT_GNU_ABI_TAG}; the system 0 is Linux. */
    public ElfWriter abiTag(int system, int major, int minor, int patch) {
        return note(
                "GNU",
                1,
                ByteBuffer.allocate(16)
                        .order(order)
                        .putInt(system)
                        .putInt(major)
                        .putInt(minor)
                        .putInt(patch)
                        .array());
    }

    /** {@code PT_MIPS_ABIFLAGS}. */
    public ElfWriter mipsFloatAbi(int floatAbi) {
        return mipsAbiFlags(floatAbi, 0, 24);
    }

    /** {@code PT_MIPS_ABIFLAGS}, or the first bytes of it. */
    public ElfWriter mipsAbiFlags(int floatAbi, int flags2, int bytes) {
        ByteBuffer structure = ByteBuffer.allocate(24).order(order);
        structure.put(7, (byte) floatAbi).putInt(20, flags2);
        mipsAbiFlags = Arrays.copyOf(structure.array(), bytes);
        return this;
    }

    public ElfWriter dlopenNote(String json) {
        return note("FDO", 0x407c0c0a, (json + "\0").getBytes(StandardCharsets.UTF_8));
    }

    private long string(String text) {
        long at = strings.size();
        strings.writeBytes(text.getBytes(StandardCharsets.UTF_8));
        strings.write(0);
        return at;
    }

    private static void pad(ByteArrayOutputStream out, int align) {
        while (out.size() % align != 0) {
            out.write(0);
        }
    }

    public byte[] bytes() {
        byte[] versionNeeds = versionNeeds();
        byte[] versionDefinitions = versionDefinitions();
        byte[] symbolTable = symbolTable();
        byte[] symbolVersions = symbolVersions();
        int headers = 1
                + (interpreter == null ? 0 : 1)
                + (dynamic ? 1 : 0)
                + (notes.size() > 0 ? 1 : 0)
                + (mipsAbiFlags.length > 0 ? 1 : 0);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        int start = elfClass.headerBytes() + headers * elfClass.programHeaderBytes();
        start = (start + 7) / 8 * 8;
        byte[] loader = interpreter == null ? new byte[0] : (interpreter + "\0").getBytes(StandardCharsets.UTF_8);
        final long loaderAt = start;
        body.writeBytes(loader);
        pad(body, 8);
        final long stringsAt = (long) start + body.size();
        body.writeBytes(strings.toByteArray());
        pad(body, 8);
        final long needsAt = (long) start + body.size();
        body.writeBytes(versionNeeds);
        pad(body, 8);
        final long definesAt = (long) start + body.size();
        body.writeBytes(versionDefinitions);
        pad(body, 8);
        final long symbolsAt = (long) start + body.size();
        body.writeBytes(symbolTable);
        final long symbolVersionsAt = (long) start + body.size();
        body.writeBytes(symbolVersions);
        pad(body, 8);
        final long notesAt = (long) start + body.size();
        body.writeBytes(notes.toByteArray());
        pad(body, 8);
        final long mipsAt = (long) start + body.size();
        body.writeBytes(mipsAbiFlags);
        pad(body, 8);
        final long dynamicAt = (long) start + body.size();
        List<long[]> all = new ArrayList<>(tags);
        all.add(new long[] {5, BASE + stringsAt});
        if (!symbols.isEmpty()) {
            all.add(new long[] {6, BASE + symbolsAt});
            all.add(new long[] {0x6ffffff0, BASE + symbolVersionsAt});
        }
        if (versionNeeds.length > 0) {
            all.add(new long[] {0x6ffffffe, BASE + needsAt});
        }
        if (versionDefinitions.length > 0) {
            all.add(new long[] {0x6ffffffc, BASE + definesAt});
        }
        all.add(new long[] {0, 0});
        int dynamicBytes = all.size() * elfClass.dynamicEntryBytes();
        ByteBuffer out = ByteBuffer.allocate(start + body.size() + (dynamic ? dynamicBytes : 0))
                .order(order);
        header(out, headers);
        segment(out, 1, 0, out.capacity());
        if (interpreter != null) {
            segment(out, 3, loaderAt, loader.length);
        }
        if (dynamic) {
            segment(out, 2, dynamicAt, dynamicBytes);
        }
        if (notes.size() > 0) {
            segment(out, 4, notesAt, notes.size());
        }
        if (mipsAbiFlags.length > 0) {
            segment(out, 0x70000003, mipsAt, mipsAbiFlags.length);
        }
        out.position(start);
        out.put(body.toByteArray());
        if (dynamic) {
            for (long[] tag : all) {
                address(out, tag[0]);
                address(out, tag[1]);
            }
        }
        return out.array();
    }

    private void header(ByteBuffer out, int headers) {
        out.put(new byte[] {0x7F, 'E', 'L', 'F'});
        out.put((byte) (elfClass == ElfClass.ELF64 ? 2 : 1));
        out.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 2));
        out.put((byte) 1);
        out.position(16);
        out.putShort((short) type).putShort((short) machine).putInt(1);
        address(out, 0);
        address(out, elfClass.headerBytes());
        address(out, 0);
        out.putInt(flags);
        out.putShort((short) elfClass.headerBytes());
        out.putShort((short) elfClass.programHeaderBytes()).putShort((short) headers);
        out.position(elfClass.headerBytes());
    }

    private void segment(ByteBuffer out, int segmentType, long offset, long size) {
        boolean load = segmentType == 1;
        // Real loaders write into the dynamic section, and map whole pages.
        int align = load ? PAGE_BYTES : segmentType == 4 ? elfClass.addressBytes() : 1;
        int access = load ? 6 : 4;
        out.putInt(segmentType);
        if (elfClass == ElfClass.ELF64) {
            out.putInt(access).putLong(offset).putLong(BASE + offset).putLong(BASE + offset);
            out.putLong(size).putLong(size).putLong(align);
        } else {
            out.putInt((int) offset).putInt((int) (BASE + offset)).putInt((int) (BASE + offset));
            out.putInt((int) size).putInt((int) size).putInt(access).putInt(align);
        }
    }

    private void address(ByteBuffer out, long value) {
        if (elfClass == ElfClass.ELF64) {
            out.putLong(value);
        } else {
            out.putInt((int) value);
        }
    }

    private byte[] versionNeeds() {
        int count = needs.stream().mapToInt(n -> n.versions().size() + 1).sum();
        ByteBuffer out = ByteBuffer.allocate(16 * count).order(order);
        int index = FIRST_VERSION;
        for (int i = 0; i < needs.size(); i++) {
            VersionNeed need = needs.get(i);
            int versions = need.versions().size();
            out.putShort((short) 1).putShort((short) versions).putInt((int) string(need.file()));
            out.putInt(16).putInt(i == needs.size() - 1 ? 0 : 16 * (versions + 1));
            for (int k = 0; k < versions; k++) {
                VersionNeed.Version v = need.versions().get(k);
                out.putInt(hash(v.name()));
                out.putShort((short) (v.weak() ? VER_FLG_WEAK : 0)).putShort((short) index++);
                out.putInt((int) string(v.name())).putInt(k == versions - 1 ? 0 : 16);
            }
        }
        return out.array();
    }

    /** Undefined symbols after the empty one. */
    private byte[] symbolTable() {
        int entryBytes = elfClass == ElfClass.ELF64 ? 24 : 16;
        ByteBuffer out = ByteBuffer.allocate(symbols.isEmpty() ? 0 : entryBytes * (symbols.size() + 1))
                .order(order);
        for (int i = 0; i < symbols.size(); i++) {
            out.putInt(entryBytes * (i + 1), (int) string(String.valueOf(symbols.get(i)[0])));
        }
        return out.array();
    }

    private byte[] symbolVersions() {
        List<String> versions = needs.stream()
                .flatMap(n -> n.versions().stream())
                .map(VersionNeed.Version::name)
                .toList();
        ByteBuffer out = ByteBuffer.allocate(symbols.isEmpty() ? 0 : 2 * (symbols.size() + 1))
                .order(order);
        for (int i = 0; i < symbols.size(); i++) {
            int index = versions.indexOf(symbols.get(i)[1]);
            out.putShort(2 * (i + 1), (short) (index < 0 ? 1 : index + FIRST_VERSION));
        }
        return out.array();
    }

    private byte[] versionDefinitions() {
        ByteBuffer out = ByteBuffer.allocate(28 * defines.size()).order(order);
        for (int i = 0; i < defines.size(); i++) {
            out.putShort((short) 1)
                    .putShort((short) 0)
                    .putShort((short) (i + 1))
                    .putShort((short) 1);
            out.putInt(hash(defines.get(i))).putInt(20).putInt(i == defines.size() - 1 ? 0 : 28);
            out.putInt((int) string(defines.get(i))).putInt(0);
        }
        return out.array();
    }

    /** The hash of the gABI. */
    private static int hash(String name) {
        int h = 0;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            h = (h << 4) + b;
            int top = h & 0xf0000000;
            h ^= top >>> 24;
            h &= ~top;
        }
        return h;
    }
}
