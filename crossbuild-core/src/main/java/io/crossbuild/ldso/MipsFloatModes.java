// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.elf.MipsAbiFlags;
import org.jspecify.annotations.Nullable;

/**
 * The modes of the floating-point unit in which a MIPS object can run, as a set of bits
 * (sysdeps/mips/dl-machine-reject-phdr.h of glibc): objects can be loaded together when they have a mode in common.
 * Whether a processor can be switched to that mode is not checked.
 */
final class MipsFloatModes {
    /** Every mode: no requirement. */
    static final int ALL = 0b11111;

    private static final int SINGLE = 1;
    private static final int SOFT = 2;
    private static final int FR0 = 4;
    private static final int FR1 = 8;
    private static final int FRE = 16;
    /** The modes of an object that does not say what it needs. */
    private static final int UNMARKED = SINGLE | SOFT | FR0 | FRE;

    /** By {@code fp_abi}: any, double, single, soft, the old 64, XX, 64, 64A. */
    private static final int[] MODES = {ALL, FR0 | FRE, SINGLE, SOFT, 0, FR0 | FR1 | FRE, FR1, FR1 | FRE};

    private static final String[] NAMES = {
        "any float ABI",
        "hard float in double precision",
        "hard float in single precision",
        "soft float",
        "the old 64-bit float ABI",
        "float ABI XX",
        "float ABI 64",
        "float ABI 64A"
    };

    private MipsFloatModes() {}

    /** The modes of an object; 0 when the loader loads neither it nor anything else. */
    static int of(@Nullable MipsAbiFlags flags) {
        if (flags == null) {
            return UNMARKED;
        }
        boolean known = flags.whole() && flags.flags2() == 0 && flags.floatAbi() < MODES.length;
        return known ? MODES[flags.floatAbi()] : 0;
    }

    /** The requirement in words. */
    static String describe(@Nullable MipsAbiFlags flags) {
        if (flags == null) {
            return "a float ABI that is not marked";
        }
        if (!flags.whole() || flags.flags2() != 0) {
            return "a float ABI with damaged or unknown marks";
        }
        return flags.floatAbi() < NAMES.length ? NAMES[flags.floatAbi()] : "unknown float ABI " + flags.floatAbi();
    }
}
