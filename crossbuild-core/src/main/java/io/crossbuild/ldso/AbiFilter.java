// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.elf.DynamicSection;
import io.crossbuild.elf.ElfClass;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.elf.ElfMachine;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Which files glibc's loader takes: {@code open_verify} of elf/dl-load.c. A file for another word size or machine is
 * passed over; any other difference from what is expected ends the search with an error.
 */
final class AbiFilter {
    private static final int OSABI_SYSV = 0;
    private static final int OSABI_GNU = 3;
    private static final int OSABI_ARM_EABI = 64;
    /** {@code LIBC_ABI_MAX - 1}: unique symbols, indirect functions, absolute symbols (libc-abis of glibc). */
    private static final int MAX_GNU_ABI_VERSION = 3;

    private static final int ARM_EABI_MASK = 0xff000000;
    private static final int ARM_EABI_5 = 0x05000000;
    private static final int ARM_FLOAT_HARD = 0x400;
    private static final int ARM_FLOAT_SOFT = 0x200;
    private static final int MIPS_ABI2 = 0x20;
    private static final int MIPS_FP64 = 0x200;
    private static final int MIPS_NAN2008 = 0x400;
    private static final int PPC64_ABI = 3;
    private static final int RISCV_FLOAT_ABI = 6;

    private final ElfHeader expected;

    /** @param expected the header of the program */
    AbiFilter(ElfHeader expected) {
        this.expected = expected;
    }

    /** Why a file is not taken. */
    record Objection(ProbedPath.Refusal refusal, String detail) {}

    /** The first objection to a file, in the loader's order of checks. */
    Optional<Objection> objection(TreeView.ElfAnswer answer) {
        if (answer instanceof TreeView.Elf elf) {
            Optional<Objection> header = objection(elf.file().header());
            return header.isPresent() ? header : loading(elf.file());
        }
        TreeView.NotElf damaged = (TreeView.NotElf) answer;
        // The loader looks at the header before anything else: a damaged file for another machine is passed over.
        Optional<Objection> header = damaged.header() == null ? Optional.empty() : objection(damaged.header());
        return header.isPresent() ? header : fatal(damaged.problem());
    }

    /** The objections that the header alone gives. */
    Optional<Objection> objection(ElfHeader h) {
        if (h.elfClass() != expected.elfClass()) {
            return Optional.of(new Objection(
                    ProbedPath.Refusal.OTHER_CLASS,
                    bits(h) + "-bit " + ElfMachine.name(h.machine()) + " (expected " + bits(expected) + "-bit)"));
        }
        Optional<Objection> identity = identity(h);
        if (identity.isPresent()) {
            return identity;
        }
        if (!machineMatches(h)) {
            return Optional.of(new Objection(
                    ProbedPath.Refusal.OTHER_MACHINE, "for " + describe(h) + " (expected " + describe(expected) + ")"));
        }
        return Optional.empty();
    }

    private Optional<Objection> identity(ElfHeader h) {
        if (h.byteOrder() != expected.byteOrder()) {
            return fatal(h.byteOrder() + " byte order (expected " + expected.byteOrder() + ")");
        }
        if (h.identVersion() != 1 || h.version() != 1) {
            return fatal("ELF version " + h.identVersion() + "/" + h.version() + " (expected 1)");
        }
        boolean arm = h.machine() == ElfMachine.ARM;
        if (h.osAbi() != OSABI_SYSV && h.osAbi() != OSABI_GNU && !(arm && h.osAbi() == OSABI_ARM_EABI)) {
            return fatal("OS ABI " + h.osAbi() + " (expected 0 or 3)");
        }
        if (h.abiVersion() != 0 && (h.osAbi() != OSABI_GNU || h.abiVersion() > MAX_GNU_ABI_VERSION)) {
            return fatal("ABI version " + h.abiVersion() + " (expected 0)");
        }
        if (arm && !armFloatMatches(h)) {
            return fatal("for the other float ABI of ARM");
        }
        return h.paddingIsZero() ? Optional.empty() : fatal("nonzero padding in the ELF identification");
    }

    /** {@code VALID_FLOAT_ABI} of sysdeps/unix/sysv/linux/arm/ldsodefs.h. */
    private boolean armFloatMatches(ElfHeader h) {
        boolean hard = (expected.flags() & ARM_FLOAT_HARD) != 0;
        return (h.flags() & ARM_EABI_MASK) != ARM_EABI_5 || (h.flags() & (hard ? ARM_FLOAT_SOFT : ARM_FLOAT_HARD)) == 0;
    }

    /** {@code elf_machine_matches_host} of sysdeps/ARCH/dl-machine.h. */
    private boolean machineMatches(ElfHeader h) {
        if (machine(h) != machine(expected)) {
            return false;
        }
        int differs = h.flags() ^ expected.flags();
        return switch (machine(h)) {
            case ElfMachine.RISCV -> (differs & RISCV_FLOAT_ABI) == 0;
            case ElfMachine.PPC64 -> (h.flags() & PPC64_ABI) == 0 || (h.flags() & PPC64_ABI) == ppc64Abi();
            case ElfMachine.MIPS -> (differs & (MIPS_ABI2 | MIPS_NAN2008)) == 0 && (h.flags() & MIPS_FP64) == 0;
            default -> true;
        };
    }

    private int ppc64Abi() {
        int abi = expected.flags() & PPC64_ABI;
        return abi != 0 ? abi : expected.byteOrder() == ByteOrder.LITTLE_ENDIAN ? 2 : 1;
    }

    /** What {@code open_verify} and {@code _dl_map_object_from_fd} ask of a file for the right machine. */
    private static Optional<Objection> loading(ElfFile file) {
        int type = file.header().type();
        if (type != ElfHeader.TYPE_SHARED && type != ElfHeader.TYPE_EXECUTABLE) {
            return fatal("ELF type " + type + " (expected a shared object)");
        }
        if (!file.loadable()) {
            return fatal("no loadable segment");
        }
        if (type == ElfHeader.TYPE_EXECUTABLE) {
            return fatal("a program at a fixed address (expected a shared object)");
        }
        if (file.dynamic() == null) {
            return fatal("no dynamic section, as in a file of debug information");
        }
        if (file.dynamic().has(DynamicSection.FLAG_1_PIE)) {
            return fatal("a position-independent program (expected a shared object)");
        }
        return Optional.empty();
    }

    static String describe(ElfHeader h) {
        String order = h.byteOrder() == ByteOrder.LITTLE_ENDIAN ? "little" : "big";
        return bits(h) + "-bit " + order + "-endian " + ElfMachine.name(h.machine());
    }

    private static int machine(ElfHeader h) {
        return h.machine() == ElfMachine.S390_OLD ? ElfMachine.S390 : h.machine();
    }

    private static int bits(ElfHeader h) {
        return h.elfClass() == ElfClass.ELF64 ? 64 : 32;
    }

    private static Optional<Objection> fatal(String detail) {
        return Optional.of(new Objection(ProbedPath.Refusal.NOT_LOADABLE, detail));
    }
}
