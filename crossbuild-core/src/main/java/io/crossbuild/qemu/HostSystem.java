// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.ConfigException;
import io.crossbuild.io.HostOs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The properties of the host that matter for QEMU.
 *
 * @param architecture of its processor; empty when crossbuild does not support it
 * @param translated whether this JVM was made for another processor, and {@link Rosetta} translates it
 * @param description what distinguishes this host from others on which QEMU may find different accelerators: its
 *     kernel, its processor, its identity
 */
record HostSystem(HostOs os, Optional<Architecture> architecture, boolean translated, Map<String, String> description) {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Path MACHINE_ID = Path.of("/etc/machine-id");
    private static final int MAX_CPU_INFO_LINES = 30;

    HostSystem {
        description = Map.copyOf(description);
    }

    /** A host whose JVM is not translated. */
    HostSystem(HostOs os, Optional<Architecture> architecture, Map<String, String> description) {
        this(os, architecture, false, description);
    }

    static HostSystem ofHost() {
        return ofHost(Rosetta.SYSCTL);
    }

    /** @param sysctl the program that is asked about Rosetta */
    static HostSystem ofHost(Path sysctl) {
        Map<String, String> description = new TreeMap<>();
        for (String property : new String[] {"os.name", "os.version", "os.arch"}) {
            description.put(property, System.getProperty(property, ""));
        }
        description.put("cpu", cpuModel());
        description.put("machine", machineId());
        HostOs os = HostOs.current();
        Optional<Architecture> jvm = architectureOfJvm();
        boolean translated = jvm.isPresent() && Rosetta.translates(os, jvm.get(), sysctl);
        return of(os, jvm, translated, description);
    }

    /** @param jvm the architecture for which the JVM was made */
    static HostSystem of(HostOs os, Optional<Architecture> jvm, boolean translated, Map<String, String> description) {
        return new HostSystem(os, translated ? Optional.of(Architecture.ARM64) : jvm, translated, description);
    }

    private static Optional<Architecture> architectureOfJvm() {
        try {
            return Optional.of(Architecture.host());
        } catch (ConfigException e) {
            return Optional.empty();
        }
    }

    private static String cpuModel() {
        try (var lines = Files.lines(CPU_INFO)) {
            return lines.limit(MAX_CPU_INFO_LINES)
                    .filter(line -> line.startsWith("model name") || line.startsWith("CPU part"))
                    .findFirst()
                    .orElse("");
        } catch (IOException | UncheckedIOException e) {
            return "";
        }
    }

    private static String machineId() {
        try {
            return Files.readString(MACHINE_ID).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
