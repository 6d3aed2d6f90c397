// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
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
record HostSystem(Family family, Optional<Architecture> architecture, Map<String, String> description) {
    enum Family {
        LINUX,
        MACOS,
        WINDOWS,
        OTHER
    }

    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final Path MACHINE_ID = Path.of("/etc/machine-id");
    private static final int MAX_CPU_INFO_LINES = 30;

    HostSystem {
        description = Map.copyOf(description);
    }

    static boolean isLinux() {
        return System.getProperty("os.name", "").equals("Linux");
    }

    static HostSystem ofHost() {
        Map<String, String> description = new TreeMap<>();
        for (String property : new String[] {"os.name", "os.version", "os.arch"}) {
            description.put(property, System.getProperty(property, ""));
        }
        description.put("cpu", cpuModel());
        description.put("machine", machineId());
        return new HostSystem(family(System.getProperty("os.name", "")), architectureOfHost(), description);
    }

    static Family family(String osName) {
        String os = osName.toLowerCase(Locale.ROOT);
        if (os.startsWith("linux")) {
            return Family.LINUX;
        }
        if (os.startsWith("mac") || os.startsWith("darwin")) {
            return Family.MACOS;
        }
        return os.startsWith("windows") ? Family.WINDOWS : Family.OTHER;
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
