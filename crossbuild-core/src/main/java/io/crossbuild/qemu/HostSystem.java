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
 * @param architecture empty when crossbuild does not support it
 * @param description what distinguishes this host from others on which QEMU may find different accelerators: its
 *     kernel, its processor, its identity
 */
record HostSystem(HostOs os, Optional<Architecture> architecture, Map<String, String> description) {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Path MACHINE_ID = Path.of("/etc/machine-id");
    private static final int MAX_CPU_INFO_LINES = 30;

    HostSystem {
        description = Map.copyOf(description);
    }

    static HostSystem ofHost() {
        Map<String, String> description = new TreeMap<>();
        for (String property : new String[] {"os.name", "os.version", "os.arch"}) {
            description.put(property, System.getProperty(property, ""));
        }
        description.put("cpu", cpuModel());
        description.put("machine", machineId());
        return new HostSystem(HostOs.current(), architectureOfHost(), description);
    }

    private static Optional<Architecture> architectureOfHost() {
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
