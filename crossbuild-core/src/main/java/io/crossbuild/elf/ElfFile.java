// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a program or shared object that a loader reads. Everything is found through the program headers, never
 * through section headers: a file also runs without these.
 *
 * @param interpreter {@code PT_INTERP}
 * @param dynamic null when there is no dynamic section or an empty one
 * @param loadable whether there is a segment to load at all
 * @param x86IsaNeeded {@code GNU_PROPERTY_X86_ISA_1_NEEDED}: bit n set for x86-64 level n+1; 0 when absent
 * @param otherSystem the system that {@code NT_GNU_ABI_TAG} names; 0 when it is Linux or the tag is absent
 * @param physicalEntry where a kernel can be started in 32-bit mode without a boot loader, {@code XEN_ELFNOTE_PHYS32_ENTRY};
 *     0 when it cannot
 * @param mipsAbiFlags {@code PT_MIPS_ABIFLAGS}; null when absent or for another machine
 * @param dlopenNotes the JSON texts of the notes that name libraries to open at run time (UAPI.12)
 */
public record ElfFile(
        ElfHeader header,
        @Nullable String interpreter,
        @Nullable DynamicSection dynamic,
        boolean loadable,
        int x86IsaNeeded,
        long otherSystem,
        long physicalEntry,
        @Nullable MipsAbiFlags mipsAbiFlags,
        List<String> dlopenNotes) {

    public ElfFile {
        dlopenNotes = List.copyOf(dlopenNotes);
    }

    /** Whether the content begins with the ELF magic number. */
    public static boolean hasMagic(FileContent content) throws IOException, CrossbuildException {
        ByteBuffer magic = ByteBuffer.allocate(4);
        while (magic.hasRemaining() && content.read(magic, magic.position()) > 0) {
            // a read may return fewer bytes than requested
        }
        return !magic.hasRemaining() && magic.getInt(0) == ElfHeader.MAGIC;
    }

    /**
     * Reads a file in bounded time and memory, whatever it contains.
     *
     * @param name the file's name for messages
     * @throws MalformedInputException when it is not an ELF file or one of its tables cannot be read
     */
    public static ElfFile read(FileContent content, String name) throws IOException, CrossbuildException {
        return new ElfReader(new ElfBytes(content, name)).read();
    }

    /**
     * Whether this is a program rather than a library. Both can be of type {@code ET_DYN} and both can name an
     * interpreter (libc.so.6 does), so the marks that link editors give only to programs decide.
     */
    public boolean isProgram() {
        if (header.type() == ElfHeader.TYPE_EXECUTABLE) {
            return true;
        }
        return dynamic != null
                && (dynamic.has(DynamicSection.FLAG_1_PIE) || (interpreter != null && dynamic.hasDebugTag()));
    }
}
