// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileContent;
import java.io.IOException;
import java.nio.ByteOrder;

/**
 * The fields of the ELF header (gABI chapter 4) that a loader reads. Numbers are as stored: the loader decides which of
 * them are acceptable.
 *
 * @param identVersion {@code EI_VERSION}
 * @param paddingIsZero whether the bytes of {@code e_ident} after {@code EI_ABIVERSION} are all zero
 * @param type {@code e_type}, such as {@link #TYPE_SHARED}
 * @param machine {@code e_machine}, such as those of {@link ElfMachine}
 * @param version {@code e_version}
 * @param flags {@code e_flags}: the float ABI, the ABI version and the like, by machine
 * @param programHeadersOffset {@code e_phoff}
 * @param programHeaderBytes {@code e_phentsize}
 * @param programHeaderCount {@code e_phnum}
 */
public record ElfHeader(
        ElfClass elfClass,
        ByteOrder byteOrder,
        int identVersion,
        int osAbi,
        int abiVersion,
        boolean paddingIsZero,
        int type,
        int machine,
        long version,
        int flags,
        long programHeadersOffset,
        int programHeaderBytes,
        int programHeaderCount) {

    /** The first four bytes, big-endian. */
    static final int MAGIC = 0x7F454C46;

    /** {@code ET_EXEC}: a program at a fixed address. */
    public static final int TYPE_EXECUTABLE = 2;

    /** {@code ET_DYN}: a shared object or a position-independent program. */
    public static final int TYPE_SHARED = 3;

    /**
     * Reads only the header.
     *
     * @param name the file's name for messages
     * @throws MalformedInputException when the file is shorter than a header, has the wrong magic number, or a class or
     *     byte order that does not exist
     */
    public static ElfHeader read(FileContent content, String name) throws IOException, CrossbuildException {
        return read(new ElfBytes(content, name));
    }

    static ElfHeader read(ElfBytes in) throws IOException, CrossbuildException {
        if (in.size() < 4 || in.u32Big(0) != MAGIC) {
            throw in.malformed(0, "no ELF magic number (expected 7f 45 4c 46)");
        }
        int elfClass = in.u8(4);
        if (elfClass != 1 && elfClass != 2) {
            throw in.malformed(4, "ELF class " + elfClass + " (expected 1 or 2)");
        }
        int data = in.u8(5);
        if (data != 1 && data != 2) {
            throw in.malformed(5, "data encoding " + data + " (expected 1 or 2)");
        }
        ElfClass width = elfClass == 2 ? ElfClass.ELF64 : ElfClass.ELF32;
        in.layout(width, data == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        if (in.size() < width.headerBytes()) {
            throw in.malformed(0, in.size() + " bytes (expected an ELF header of " + width.headerBytes() + ")");
        }
        boolean zero = true;
        for (int i = 9; i < 16; i++) {
            zero &= in.u8(i) == 0;
        }
        // e_ident, e_type, e_machine and e_version are the same in both classes; three addresses follow.
        int afterAddresses = 24 + 3 * width.addressBytes();
        return new ElfHeader(
                width,
                in.byteOrder(),
                in.u8(6),
                in.u8(7),
                in.u8(8),
                zero,
                in.u16(16),
                in.u16(18),
                in.u32(20),
                (int) in.u32(afterAddresses),
                in.address(24 + width.addressBytes()),
                in.u16(afterAddresses + 6),
                in.u16(afterAddresses + 8));
    }
}
