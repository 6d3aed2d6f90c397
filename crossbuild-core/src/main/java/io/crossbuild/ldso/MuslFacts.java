// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.elf.ElfClass;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.elf.ElfMachine;
import io.crossbuild.tree.TreePaths;
import java.nio.ByteOrder;

/** Names that musl derives from the architecture for which it was built ({@code LDSO_ARCH} of arch/ARCH/reloc.h). */
final class MuslFacts {
    private MuslFacts() {}

    /**
     * The path of the file that lists the library directories. It is below the loader's prefix: the loader's path
     * without the last two components.
     *
     * @param loaderPath {@code PT_INTERP}
     */
    static String pathFile(String loaderPath, ElfHeader header) {
        String architecture = TreePaths.name(loaderPath);
        if (architecture.startsWith("ld-musl-") && architecture.contains(".so")) {
            architecture = architecture.substring("ld-musl-".length(), architecture.indexOf(".so"));
        } else {
            architecture = architecture(header);
        }
        String prefix = "";
        if (loaderPath.startsWith("/")) {
            String directory = loaderPath.substring(0, loaderPath.lastIndexOf('/'));
            prefix = directory.substring(0, Math.max(0, directory.lastIndexOf('/')));
        }
        return prefix + "/etc/ld-musl-" + architecture + ".path";
    }

    /** The architecture in the loader's own name, as in {@code /lib/ld-musl-x86_64.so.1}. */
    static String architecture(ElfHeader h) {
        boolean wide = h.elfClass() == ElfClass.ELF64;
        boolean big = h.byteOrder() == ByteOrder.BIG_ENDIAN;
        return switch (h.machine()) {
            case ElfMachine.X86_64 -> wide ? "x86_64" : "x32";
            case ElfMachine.I386 -> "i386";
            case ElfMachine.AARCH64 -> "aarch64" + (big ? "_be" : "");
            case ElfMachine.ARM -> "arm" + (big ? "eb" : "") + ((h.flags() & 0x400) != 0 ? "hf" : "");
            case ElfMachine.MIPS ->
                (wide ? "mips64" : (h.flags() & 0x20) != 0 ? "mipsn32" : "mips") + (big ? "" : "el");
            case ElfMachine.PPC -> "powerpc";
            case ElfMachine.PPC64 -> "powerpc64" + (big ? "" : "le");
            case ElfMachine.RISCV -> (wide ? "riscv64" : "riscv32") + riscvFloat(h.flags() & 6);
            case ElfMachine.S390, ElfMachine.S390_OLD -> "s390x";
            case ElfMachine.LOONGARCH -> "loongarch64" + loongarchFloat(h.flags() & 7);
            case ElfMachine.M68K -> "m68k";
            case ElfMachine.OPENRISC -> "or1k";
            case ElfMachine.SH -> "sh" + (big ? "eb" : "");
            case ElfMachine.MICROBLAZE -> "microblaze" + (big ? "" : "el");
            default -> "unknown";
        };
    }

    private static String riscvFloat(int abi) {
        return abi == 0 ? "-sf" : abi == 2 ? "-sp" : "";
    }

    private static String loongarchFloat(int abi) {
        return abi == 1 ? "-sf" : abi == 2 ? "-sp" : "";
    }
}
