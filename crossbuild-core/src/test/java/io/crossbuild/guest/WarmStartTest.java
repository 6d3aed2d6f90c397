// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.appliance.Appliance;
import io.crossbuild.arch.Architecture;
import io.crossbuild.qemu.Accelerator;
import io.crossbuild.qemu.AcceleratorVariant;
import io.crossbuild.qemu.FrameFilter;
import io.crossbuild.qemu.MachineSpec;
import io.crossbuild.qemu.MemoryFile;
import io.crossbuild.qemu.QemuBinary;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which machines continue from the same state. */
class WarmStartTest {
    private static final Map<String, Object> ONE = values(
            Architecture.AMD64,
            AcceleratorVariant.first(Accelerator.TCG, Architecture.AMD64, 10),
            2L << 30,
            2,
            Path.of("/k/vmlinuz"),
            Path.of("/k/initramfs"),
            "quiet",
            List.of("crossbuild"),
            8,
            true,
            FrameFilter.NONE,
            false,
            new MemoryFile(Path.of("/m/one"), false));

    private static final Map<String, Object> OTHER = values(
            Architecture.ARM64,
            AcceleratorVariant.first(Accelerator.KVM, Architecture.AMD64, 10),
            1L << 30,
            1,
            Path.of("/other/vmlinuz"),
            Path.of("/other/initramfs"),
            "debug",
            List.of("crossbuild", "more"),
            2,
            false,
            FrameFilter.BOTH,
            true,
            new MemoryFile(Path.of("/m/other"), true));

    private static Map<String, Object> values(Object... values) {
        RecordComponent[] components = MachineSpec.class.getRecordComponents();
        assertThat(values).as("a value for each component").hasSameSizeAs(components);
        Map<String, Object> all = new HashMap<>();
        for (int i = 0; i < values.length; i++) {
            all.put(components[i].getName(), values[i]);
        }
        return all;
    }

    static Stream<String> components() {
        return Stream.of(MachineSpec.class.getRecordComponents()).map(RecordComponent::getName);
    }

    private static MachineSpec machine(Map<String, Object> values) throws Exception {
        Object[] arguments = components().map(values::get).toArray();
        Class<?>[] types = Stream.of(MachineSpec.class.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        return MachineSpec.class.getDeclaredConstructor(types).newInstance(arguments);
    }

    private static String key(MachineSpec machine) {
        return WarmStart.key(qemu("10.0.1 (a)"), appliance("amd64-a"), machine);
    }

    private static QemuBinary qemu(String build) {
        return new QemuBinary(Architecture.AMD64, Path.of("/q"), List.of("/q"), Map.of(), "10.0.1", 10, true, build);
    }

    private static Appliance appliance(String key) {
        Path file = Path.of("/a");
        return new Appliance(key, Architecture.AMD64, file, file, file);
    }

    @ParameterizedTest
    @MethodSource("components")
    void eachPartOfAMachineCountsUnlessItIsListed(String component) throws Exception {
        Map<String, Object> changed = new HashMap<>(ONE);
        changed.put(component, OTHER.get(component));
        boolean same = key(machine(changed)).equals(key(machine(ONE)));
        assertThat(same).isEqualTo(WarmStart.NOT_IN_KEY.containsKey(component));
    }

    @Test
    void whatIsListedIsAPartOfAMachine() {
        assertThat(components()).containsAll(WarmStart.NOT_IN_KEY.keySet());
    }

    @Test
    void theBuildOfQemuAndTheApplianceCount() throws Exception {
        MachineSpec machine = machine(ONE);
        assertThat(Stream.of(
                        WarmStart.key(qemu("10.0.1 (a)"), appliance("amd64-a"), machine),
                        WarmStart.key(qemu("10.0.1 (b)"), appliance("amd64-a"), machine),
                        WarmStart.key(qemu("10.0.1 (a)"), appliance("amd64-b"), machine)))
                .doesNotHaveDuplicates();
    }
}
