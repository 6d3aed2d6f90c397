// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import io.crossbuild.error.CrossbuildException;
import java.io.IOException;

/**
 * {@code PT_MIPS_ABIFLAGS} (Elf_MIPS_ABIFlags_v0 of the o32 ABI's supplement on FP ABIs), the fields that a loader
 * reads.
 *
 * @param whole whether the file has the complete structure; if not, the numbers are 0
 * @param floatAbi {@code fp_abi}: what the code requires from the floating-point unit, 0 to 255
 * @param flags2 {@code flags2}, in which no bit has a meaning yet
 */
public record MipsAbiFlags(boolean whole, int floatAbi, long flags2) {
    /** {@code sizeof(Elf_MIPS_ABIFlags_v0)}. */
    private static final int BYTES = 24;

    private static final int FLOAT_ABI_OFFSET = 7;
    private static final int FLAGS2_OFFSET = 20;
    private static final MipsAbiFlags DAMAGED = new MipsAbiFlags(false, 0, 0);

    /** Loaders skip a file whose structure is damaged, so this is not an error here. */
    static MipsAbiFlags read(ElfBytes in, ElfReader.Segment s) throws IOException, CrossbuildException {
        if (s.fileBytes() < BYTES || s.offset() < 0 || s.offset() > in.size() - BYTES) {
            return DAMAGED;
        }
        return new MipsAbiFlags(true, in.u8(s.offset() + FLOAT_ABI_OFFSET), in.u32(s.offset() + FLAGS2_OFFSET));
    }
}
