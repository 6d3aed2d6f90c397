// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.ProbedPath;
import io.crossbuild.elf.DynamicSection;
import io.crossbuild.elf.ElfClass;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.elf.ElfMachine;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Which files glibc's loader accepts: {@code open_verify} of elf/dl-load.c. A file for another word size or machine is
 * skipped; any other unexpected property ends the search with an error.
 */
final class AbiFilter {
    private static final int OSABI_SYSV = 0;
    private static final int OSABI_GNU = 3;
    private static final int OSABI_ARM_EABI = 64;
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
    private final boolean readsAbiTag;
    private final boolean patched;

    private AbiFilter(ElfHeader expected, boolean readsAbiTag, boolean patched) {
        this.expected = expected;
        this.readsAbiTag = readsAbiTag;
        this.patched = patched;
    }

    /** What a loader of glibc accepts, given a header with the flags of the program or the loader. */
    static AbiFilter glibc(ElfHeader expected, LoaderFacts facts) {
        return new AbiFilter(expected, facts.readsAbiTag(), facts.isMultiarch());
    }

    /** What may be meant for a program under musl, whose loader accepts any file. */
    static AbiFilter musl(ElfHeader expected) {
        return new AbiFilter(expected, false, false);
    }

    /** Why a file is not accepted. */
    record Objection(ProbedPath.Refusal refusal, String detail) {}

    /**
     * The modes of the floating-point unit in which an object can run, as bits; for machines other than MIPS all of
     * {@link MipsFloatModes}.
     */
    int floatModes(ElfFile file) {
        return expected.machine() == ElfMachine.MIPS ? MipsFloatModes.of(file.mipsAbiFlags()) : MipsFloatModes.ALL;
    }

    /**
     * The first objection to a file, in the loader's order of checks.
     *
     * @param floatModes the modes in which everything loaded can run
     */
    Optional<Objection> objection(TreeView.ElfAnswer answer, int floatModes) {
        if (answer instanceof TreeView.Elf elf) {
            Optional<Objection> header = objection(elf.file().header());
            if (header.isEmpty()) {
                header = type(elf.file().header());
            }
            if (header.isEmpty()) {
                header = marks(elf.file(), floatModes);
            }
            return header.isPresent() ? header : loading(elf.file());
        }
        TreeView.NotElf damaged = (TreeView.NotElf) answer;
        // The loader checks the header first: a damaged file for another machine is skipped.
        Optional<Objection> header = damaged.header() == null ? Optional.empty() : objection(damaged.header());
        return header.isPresent() ? header : fatal(damaged.problem());
    }

    /** The objections that only need the header. */
    Optional<Objection> objection(ElfHeader h) {
        if (h.elfClass() != expected.elfClass()) {
            return Optional.of(new Objection(
                    ProbedPath.Refusal.OTHER_CLASS,
                    bits(h) + "-bit " + ElfMachine.name(h.machine()) + " (expected " + bits(expected) + "-bit)"));
        }
        Optional<Objection> identity = identity(h);
        if (identity.isPresent()) {
            // Debian's loaders check the machine again before they give up (unsubmitted-ldso-machine-mismatch.diff).
            return patched && !hasNumberOfMachine(h) ? otherMachine(h) : identity;
        }
        if (h.version() != 1) {
            return fatal("ELF version " + h.version() + " (expected 1)");
        }
        return machineMatches(h) ? Optional.empty() : otherMachine(h);
    }

    /** Whether the loader, which reads numbers in its own byte order, sees its own machine. */
    private boolean hasNumberOfMachine(ElfHeader h) {
        return h.byteOrder() == expected.byteOrder()
                ? machineMatches(h)
                : (Short.reverseBytes((short) h.machine()) & 0xFFFF) == expected.machine();
    }

    private Optional<Objection> otherMachine(ElfHeader h) {
        return Optional.of(new Objection(
                ProbedPath.Refusal.OTHER_MACHINE, "for " + describe(h) + " (expected " + describe(expected) + ")"));
    }

    private Optional<Objection> identity(ElfHeader h) {
        if (h.byteOrder() != expected.byteOrder()) {
            return fatal(h.byteOrder() + " byte order (expected " + expected.byteOrder() + ")");
        }
        if (h.identVersion() != 1) {
            return fatal("ELF version " + h.identVersion() + " in the identification (expected 1)");
        }
        boolean arm = h.machine() == ElfMachine.ARM;
        if (h.osAbi() != OSABI_SYSV && h.osAbi() != OSABI_GNU && !(arm && h.osAbi() == OSABI_ARM_EABI)) {
            return fatal("OS ABI " + h.osAbi() + " (expected 0 or 3)");
        }
        if (!abiVersionMatches(h)) {
            return fatal("ABI version " + h.abiVersion() + " (expected 0)");
        }
        if (!h.paddingIsZero()) {
            return fatal("nonzero padding in the ELF identification");
        }
        if (arm && !armFloatMatches(h)) {
            // This is fatal except for Debian's loaders (unsubmitted-ldso-multilib.diff).
            return Optional.of(new Objection(
                    patched ? ProbedPath.Refusal.OTHER_MACHINE : ProbedPath.Refusal.NOT_LOADABLE,
                    "for the other float ABI of ARM"));
        }
        return Optional.empty();
    }

    /** {@code VALID_ELF_ABIVERSION}; the versions are those of libc-abis of glibc, 2.33 where they differ. */
    private boolean abiVersionMatches(ElfHeader h) {
        int version = h.abiVersion();
        if (version == 0) {
            return true;
        }
        if (expected.machine() == ElfMachine.MIPS) {
            return version <= 5 && h.osAbi() != OSABI_ARM_EABI;
        }
        return h.osAbi() == OSABI_GNU && version <= maxGnuAbiVersion();
    }

    /** Unique and absolute symbols, and on machines that assigned a number to them, indirect functions. */
    private int maxGnuAbiVersion() {
        return switch (expected.machine()) {
            case ElfMachine.X86_64,
                    ElfMachine.I386,
                    ElfMachine.PPC,
                    ElfMachine.SPARC,
                    ElfMachine.SPARCV9,
                    ElfMachine.PPC64,
                    ElfMachine.RISCV -> 3;
            default -> 2;
        };
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
            case ElfMachine.MIPS -> {
                int distinguished = MIPS_NAN2008 | (h.elfClass() == ElfClass.ELF32 ? MIPS_ABI2 : 0);
                yield (differs & distinguished) == 0 && (h.flags() & MIPS_FP64) == 0;
            }
            default -> true;
        };
    }

    private int ppc64Abi() {
        int abi = expected.flags() & PPC64_ABI;
        return abi != 0 ? abi : expected.byteOrder() == ByteOrder.LITTLE_ENDIAN ? 2 : 1;
    }

    private static Optional<Objection> type(ElfHeader h) {
        boolean known = h.type() == ElfHeader.TYPE_SHARED || h.type() == ElfHeader.TYPE_EXECUTABLE;
        return known ? Optional.empty() : fatal("ELF type " + h.type() + " (expected a shared object)");
    }

    /** What program headers and notes say about the ABI: {@code elf_machine_reject_phdr_p} and the ABI tag. */
    private Optional<Objection> marks(ElfFile file, int floatModes) {
        if ((floatModes(file) & floatModes) == 0) {
            return Optional.of(new Objection(
                    ProbedPath.Refusal.OTHER_MACHINE,
                    "for " + MipsFloatModes.describe(file.mipsAbiFlags())
                            + " (expected one compatible with everything loaded)"));
        }
        if (readsAbiTag && file.otherSystem() != 0) {
            return Optional.of(new Objection(
                    ProbedPath.Refusal.OTHER_MACHINE,
                    "for system " + file.otherSystem() + " in the ABI tag (expected 0, Linux)"));
        }
        return Optional.empty();
    }

    /** What {@code _dl_map_object_from_fd} requires of a file for the right machine. */
    private static Optional<Objection> loading(ElfFile file) {
        if (!file.loadable()) {
            return fatal("no loadable segment");
        }
        if (file.header().type() == ElfHeader.TYPE_EXECUTABLE) {
            return fatal("a program at a fixed address (expected a shared object)");
        }
        if (file.dynamic() == null) {
            return fatal("no dynamic section, as in a file with debug information");
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
        return switch (h.machine()) {
            case ElfMachine.S390_OLD -> ElfMachine.S390;
            case ElfMachine.MIPS_OLD -> ElfMachine.MIPS;
            default -> h.machine();
        };
    }

    private static int bits(ElfHeader h) {
        return h.elfClass() == ElfClass.ELF64 ? 64 : 32;
    }

    private static Optional<Objection> fatal(String detail) {
        return Optional.of(new Objection(ProbedPath.Refusal.NOT_LOADABLE, detail));
    }
}
