// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.arch;

import io.crossbuild.error.ConfigException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** A processor architecture for which environments can be made. */
public enum Architecture {
    /** 64-bit x86, as Intel and AMD make it. */
    AMD64("amd64", "x86_64", 62, "x86_64-linux-gnu", "q35", "ttyS0", "x64"),
    /** 64-bit ARM. */
    ARM64("arm64", "aarch64", 183, "aarch64-linux-gnu", "virt", "ttyAMA0", "arm64");

    private final String debianName;
    private final String qemuName;
    private final int elfMachine;
    private final String gnuTriplet;
    private final String qemuMachine;
    private final String serialConsole;
    private final String otherName;

    Architecture(
            String debianName,
            String qemuName,
            int elfMachine,
            String gnuTriplet,
            String qemuMachine,
            String serialConsole,
            String otherName) {
        this.debianName = debianName;
        this.qemuName = qemuName;
        this.elfMachine = elfMachine;
        this.gnuTriplet = gnuTriplet;
        this.qemuMachine = qemuMachine;
        this.serialConsole = serialConsole;
        this.otherName = otherName;
    }

    /**
     * The architecture with a name as used by Debian, QEMU, the JVM or the GNU triplet, in upper or lower case.
     *
     * @throws ConfigException when no supported architecture has that name
     */
    public static Architecture of(String name) throws ConfigException {
        String lower = name.toLowerCase(Locale.ROOT);
        for (Architecture a : values()) {
            if (lower.equals(a.debianName) || lower.equals(a.qemuName) || lower.equals(a.otherName)) {
                return a;
            }
        }
        String known = Arrays.stream(values()).map(Architecture::debianName).collect(Collectors.joining(", "));
        throw new ConfigException(
                "arch", List.of("no architecture '" + name + "' (expected one of " + known + ")"), null);
    }

    /**
     * The architecture that this JVM runs on.
     *
     * @throws ConfigException when crossbuild does not support it
     */
    public static Architecture host() throws ConfigException {
        return of(System.getProperty("os.arch"));
    }

    /** The name in Debian's archive and in dpkg. */
    public String debianName() {
        return debianName;
    }

    /** The suffix of QEMU's system emulator. */
    public String qemuName() {
        return qemuName;
    }

    /** {@code e_machine} of the ELF header. */
    public int elfMachine() {
        return elfMachine;
    }

    /** Debian's multiarch triplet. */
    public String gnuTriplet() {
        return gnuTriplet;
    }

    /** The machine type for QEMU's {@code -machine}. */
    public String qemuMachine() {
        return qemuMachine;
    }

    /** The kernel's name for the first serial port, for {@code console=}. */
    public String serialConsole() {
        return serialConsole;
    }
}
