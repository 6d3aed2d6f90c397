// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.arch.Architecture;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole command line for each accelerator, version of QEMU and architecture, as far as a host without them can show
 * it. Where the lines are from: docs/hosts.md and {@link AcceleratorVariant}.
 */
class GoldenCommandLineTest {
    private static final List<String> VERSIONS = List.of("8.2", "10.0", "11.1");
    private static final MachineFiles FILES =
            new MachineFiles(Path.of("/l/serial.log"), Path.of("/s/qmp"), List.of(Path.of("/s/port0")), List.of());

    @Test
    void commandLinesAreTheGoldenOnes() throws Exception {
        assertThat(made()).containsExactlyInAnyOrderEntriesOf(golden());
    }

    /** "on Arm, only kernel-irqchip=on is currently supported", target/arm/whpx/whpx-all.c of QEMU. */
    @ParameterizedTest
    @ValueSource(ints = {7, 8, 9, 10, 11, 12, 20})
    void onArmTheHypervisorsInterruptControllerIsNeverOff(int major) {
        for (Accelerator accelerator : Accelerator.values()) {
            assertThat(AcceleratorVariant.of(accelerator, Architecture.ARM64, major))
                    .noneMatch(variant -> variant.option().contains("irqchip"));
        }
    }

    /** QEMU's issue 1043, and cubic-vm/cubic#510. */
    @ParameterizedTest
    @ValueSource(ints = {7, 8, 9, 10, 11, 12, 20})
    void noHypervisorIsAskedForTheModelMax(int major) {
        for (Accelerator accelerator : Accelerator.values()) {
            for (Architecture architecture : Architecture.values()) {
                assertThat(AcceleratorVariant.of(accelerator, architecture, major))
                        .noneMatch(variant -> variant.cpu().equals("max"));
            }
        }
    }

    private static Map<String, String> made() {
        Map<String, String> lines = new LinkedHashMap<>();
        for (Accelerator accelerator : Accelerator.values()) {
            for (String version : VERSIONS) {
                for (Architecture architecture : Architecture.values()) {
                    int major = Integer.parseInt(version.substring(0, version.indexOf('.')));
                    List<AcceleratorVariant> variants = AcceleratorVariant.of(accelerator, architecture, major);
                    for (int i = 0; i < variants.size(); i++) {
                        String row = accelerator.qemuName() + " " + version + " " + architecture.debianName() + " "
                                + (i + 1);
                        lines.put(row, line(version, major, architecture, variants.get(i)));
                    }
                }
            }
        }
        return lines;
    }

    private static String line(String version, int major, Architecture architecture, AcceleratorVariant variant) {
        boolean linux = variant.accelerator() == Accelerator.KVM || variant.accelerator() == Accelerator.TCG;
        QemuBinary qemu =
                new QemuBinary(architecture, Path.of("/q"), List.of(), Map.of(), version + ".0", major, linux, version);
        MachineSpec spec = new MachineSpec(
                architecture,
                variant,
                2L << 30,
                2,
                Path.of("/k/vmlinuz"),
                Path.of("/k/initrd"),
                "console=" + architecture.serialConsole(),
                List.of("crossbuild"),
                2,
                true,
                FrameFilter.NONE,
                false,
                null);
        return String.join(" ", QemuCommandLine.of(qemu, spec, FILES));
    }

    private static Map<String, String> golden() throws Exception {
        String text;
        try (InputStream in = GoldenCommandLineTest.class.getResourceAsStream("command-lines.txt")) {
            text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
        }
        Map<String, String> common = new LinkedHashMap<>();
        Map<String, String> lines = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            int colon = line.indexOf(": ");
            String name = line.substring(0, colon);
            String value = line.substring(colon + 2);
            if (name.indexOf(' ') < 0) {
                common.put(name, value);
            } else {
                String all = Objects.requireNonNull(common.get(name.split(" ")[2]));
                lines.put(name, all.replace("<row>", value));
            }
        }
        return lines;
    }
}
