// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.elf.ElfClass;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.elf.ElfMachine;
import java.nio.ByteOrder;

/** The path of each architecture's loader, for shared objects, which do not name it. */
final class DefaultLoaders {
    private DefaultLoaders() {}

    static String musl(ElfHeader header) {
        return "/lib/ld-musl-" + MuslFacts.architecture(header) + ".so.1";
    }

    /** {@code rtlddir} and {@code ld.so} names of sysdeps/ARCH/shlib-versions and of GCC's {@code GLIBC_DYNAMIC_LINKER}. */
    static String glibc(ElfHeader h) {
        boolean wide = h.elfClass() == ElfClass.ELF64;
        boolean big = h.byteOrder() == ByteOrder.BIG_ENDIAN;
        return switch (h.machine()) {
            case ElfMachine.X86_64 -> wide ? "/lib64/ld-linux-x86-64.so.2" : "/libx32/ld-linux-x32.so.2";
            case ElfMachine.AARCH64 -> "/lib/ld-linux-aarch64" + (big ? "_be" : "") + ".so.1";
            case ElfMachine.ARM -> (h.flags() & 0x400) != 0 ? "/lib/ld-linux-armhf.so.3" : "/lib/ld-linux.so.3";
            case ElfMachine.RISCV -> "/lib/ld-linux-riscv" + (wide ? "64-lp64" : "32-ilp32") + riscvFloat(h) + ".so.1";
            case ElfMachine.PPC64 -> (h.flags() & 3) == 2 || !big ? "/lib64/ld64.so.2" : "/lib64/ld64.so.1";
            case ElfMachine.S390, ElfMachine.S390_OLD -> wide ? "/lib/ld64.so.1" : "/lib/ld.so.1";
            case ElfMachine.LOONGARCH ->
                "/lib64/ld-linux-loongarch-lp64" + ((h.flags() & 7) == 1 ? "s" : "d") + ".so.1";
            case ElfMachine.MIPS -> mips(h, wide);
            case ElfMachine.PPC, ElfMachine.M68K, ElfMachine.PARISC -> "/lib/ld.so.1";
            case ElfMachine.SPARCV9 -> "/lib64/ld-linux.so.2";
            default -> "/lib/ld-linux.so.2";
        };
    }

    private static String riscvFloat(ElfHeader h) {
        return (h.flags() & 6) == 4 ? "d" : "";
    }

    private static String mips(ElfHeader h, boolean wide) {
        String directory = wide ? "/lib64" : (h.flags() & 0x20) != 0 ? "/lib32" : "/lib";
        return directory + ((h.flags() & 0x400) != 0 ? "/ld-linux-mipsn8.so.1" : "/ld.so.1");
    }
}
