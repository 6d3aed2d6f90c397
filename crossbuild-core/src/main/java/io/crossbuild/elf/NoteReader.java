// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the notes of a file that matter for loading. A note that cannot be read ends its segment without an error, as
 * in loaders.
 */
final class NoteReader {
    private static final int NT_GNU_ABI_TAG = 1;
    private static final int ABI_TAG_BYTES = 16;
    private static final int NT_GNU_PROPERTY_TYPE_0 = 5;
    /** UAPI.12, "dlopen metadata for ELF files". */
    private static final int NT_DLOPEN = 0x407c0c0a;

    /** {@code XEN_ELFNOTE_PHYS32_ENTRY} (include/xen/interface/elfnote.h of the kernel). */
    private static final int XEN_PHYS32_ENTRY = 18;

    private static final long GNU_PROPERTY_X86_ISA_1_NEEDED = 0xc0008002L;
    private static final int MAX_SEGMENT_BYTES = 1 << 20;
    private static final int MAX_NOTES = 1024;

    private final ElfBytes in;
    private final ElfClass elfClass;
    private final List<String> dlopenNotes = new ArrayList<>();
    private int x86IsaNeeded;
    private long otherSystem;
    private long physicalEntry;
    private boolean abiTagSeen;
    private boolean propertySeen;
    private int notes;
    private int dlopenBytes;

    NoteReader(ElfBytes in, ElfClass elfClass) {
        this.in = in;
        this.elfClass = elfClass;
    }

    int x86IsaNeeded() {
        return x86IsaNeeded;
    }

    /** The first word of the ABI tag: the system that the file is for; Linux is 0. */
    long otherSystem() {
        return otherSystem;
    }

    long physicalEntry() {
        return physicalEntry;
    }

    List<String> dlopenNotes() {
        return dlopenNotes;
    }

    void read(ElfReader.Segment s) throws IOException, CrossbuildException {
        if (s.fileBytes() < 0 || s.fileBytes() > MAX_SEGMENT_BYTES || s.offset() < 0) {
            return;
        }
        int align = s.align() == 8 ? 8 : 4;
        long at = s.offset();
        long end = Math.min(s.offset() + s.fileBytes(), in.size());
        while (end - at >= 12 && notes++ < MAX_NOTES) {
            long nameBytes = in.u32(at);
            long dataBytes = in.u32(at + 4);
            long type = in.u32(at + 8);
            long data = at + aligned(12 + nameBytes, align);
            if (data > end || dataBytes > end - data) {
                return;
            }
            if (nameBytes == 4) {
                one(in.bytes(at + 12, 4), type, data, (int) dataBytes, align);
            }
            at = data + aligned(dataBytes, align);
        }
    }

    private void one(byte[] owner, long type, long data, int dataBytes, int align)
            throws IOException, CrossbuildException {
        String name = new String(owner, StandardCharsets.ISO_8859_1);
        if (type == NT_GNU_PROPERTY_TYPE_0 && name.equals("GNU\0")) {
            // Properties are aligned to the width of an address; others are skipped (elf/dl-load.c of glibc).
            if (!propertySeen && align == elfClass.addressBytes()) {
                propertySeen = true;
                properties(data, data + dataBytes);
            }
        } else if (type == NT_GNU_ABI_TAG && dataBytes == ABI_TAG_BYTES && name.equals("GNU\0")) {
            otherSystem = abiTagSeen ? otherSystem : in.u32(data);
            abiTagSeen = true;
        } else if (type == XEN_PHYS32_ENTRY && (dataBytes == 4 || dataBytes == 8) && name.equals("Xen\0")) {
            physicalEntry = dataBytes == 4 ? in.u32(data) : in.u64(data);
        } else if (type == NT_DLOPEN && name.equals("FDO\0") && dlopenBytes + dataBytes <= MAX_SEGMENT_BYTES) {
            dlopenBytes += dataBytes;
            String text = new String(in.bytes(data, dataBytes), StandardCharsets.UTF_8);
            int zero = text.indexOf('\0');
            dlopenNotes.add(zero < 0 ? text : text.substring(0, zero));
        }
    }

    private void properties(long start, long end) throws IOException, CrossbuildException {
        long at = start;
        while (end - at >= 8) {
            long type = in.u32(at);
            long bytes = in.u32(at + 4);
            if (bytes > end - at - 8) {
                return;
            }
            if (type == GNU_PROPERTY_X86_ISA_1_NEEDED && bytes == 4) {
                x86IsaNeeded = (int) in.u32(at + 8);
            }
            at += 8 + aligned(bytes, elfClass.addressBytes());
        }
    }

    private static long aligned(long value, int align) {
        return (value + align - 1) / align * align;
    }
}
