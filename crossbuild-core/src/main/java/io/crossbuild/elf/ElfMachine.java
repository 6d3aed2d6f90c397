// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

/** Values of {@code e_machine} for which Linux has loaders (include/uapi/linux/elf-em.h). */
public final class ElfMachine {
    public static final int SPARC = 2;
    public static final int I386 = 3;
    public static final int M68K = 4;
    public static final int MIPS = 8;
    /** {@code EM_MIPS_RS3_LE}, an old number for little-endian MIPS that loaders still accept. */
    public static final int MIPS_OLD = 10;

    public static final int PARISC = 15;
    public static final int PPC = 20;
    public static final int PPC64 = 21;
    public static final int S390 = 22;
    public static final int ARM = 40;
    public static final int SH = 42;
    public static final int SPARCV9 = 43;
    public static final int X86_64 = 62;
    public static final int OPENRISC = 92;
    public static final int AARCH64 = 183;
    public static final int MICROBLAZE = 189;
    public static final int RISCV = 243;
    public static final int LOONGARCH = 258;
    /** The number that s390 toolchains used before {@link #S390} was assigned. */
    public static final int S390_OLD = 0xA390;

    private ElfMachine() {}

    /** A name for messages, such as "x86-64", or the number. */
    public static String name(int machine) {
        return switch (machine) {
            case SPARC -> "SPARC";
            case I386 -> "i386";
            case M68K -> "m68k";
            case MIPS, MIPS_OLD -> "MIPS";
            case PARISC -> "PA-RISC";
            case PPC -> "PowerPC";
            case PPC64 -> "PowerPC64";
            case S390, S390_OLD -> "S/390";
            case ARM -> "ARM";
            case SH -> "SuperH";
            case SPARCV9 -> "SPARC V9";
            case X86_64 -> "x86-64";
            case OPENRISC -> "OpenRISC";
            case AARCH64 -> "AArch64";
            case MICROBLAZE -> "MicroBlaze";
            case RISCV -> "RISC-V";
            case LOONGARCH -> "LoongArch";
            default -> "machine " + machine;
        };
    }
}
