// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

/** {@code EI_CLASS} of the ELF header: the width of addresses, which determines the layout of every table. */
public enum ElfClass {
    ELF32(4, 52, 32, 8),
    ELF64(8, 64, 56, 16);

    private final int addressBytes;
    private final int headerBytes;
    private final int programHeaderBytes;
    private final int dynamicEntryBytes;

    ElfClass(int addressBytes, int headerBytes, int programHeaderBytes, int dynamicEntryBytes) {
        this.addressBytes = addressBytes;
        this.headerBytes = headerBytes;
        this.programHeaderBytes = programHeaderBytes;
        this.dynamicEntryBytes = dynamicEntryBytes;
    }

    /** Length of an address in bytes: 4 or 8. */
    public int addressBytes() {
        return addressBytes;
    }

    /** {@code sizeof(Elf32_Ehdr)} or {@code sizeof(Elf64_Ehdr)}. */
    public int headerBytes() {
        return headerBytes;
    }

    /** {@code sizeof(Elf32_Phdr)} or {@code sizeof(Elf64_Phdr)}, the only valid value of {@code e_phentsize}. */
    public int programHeaderBytes() {
        return programHeaderBytes;
    }

    int dynamicEntryBytes() {
        return dynamicEntryBytes;
    }
}
