// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.crossbuild.Needs;
import io.crossbuild.closure.Closure;
import io.crossbuild.closure.CpuProfile;
import io.crossbuild.closure.StartProblem;
import io.crossbuild.elf.ElfClass;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.elf.ElfMachine;
import io.crossbuild.elf.ElfWriter;
import io.crossbuild.oracle.Oracles;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.HostFileTree;
import io.crossbuild.tree.TreePaths;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which files the loaders of several architectures accept, skip or reject: libraries made by hand, each with a single
 * defect, before a correct one on the search path. The reference is the loader of the architecture, from Debian's
 * packages, under emulation.
 */
@SuppressWarnings("NullAway.Init")
class AbiCasesIT {
    @TempDir
    Path work;

    private Path root;
    private ElfHeader good;
    private String loader;
    private List<String> command;

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "bullseye, amd64, '', /lib64/ld-linux-x86-64.so.2",
        "trixie testing, amd64, '', /lib64/ld-linux-x86-64.so.2",
        "trixie testing, arm64, qemu-aarch64-static, /lib/ld-linux-aarch64.so.1",
        "trixie testing bookworm, armhf, qemu-arm-static, /lib/ld-linux-armhf.so.3",
        "trixie testing bookworm, armel, qemu-arm-static, /lib/ld-linux.so.3",
        "trixie testing bookworm, s390x, qemu-s390x-static, /lib/ld64.so.1",
        "trixie testing, riscv64, qemu-riscv64-static, /lib/ld-linux-riscv64-lp64d.so.1",
        "trixie testing bookworm, ppc64el, qemu-ppc64le-static, /lib64/ld64.so.2",
        "bookworm, mipsel, qemu-mipsel-static, /lib/ld.so.1",
        "bookworm, mips64el, qemu-mips64el-static, /lib64/ld.so.1"
    })
    void theLoaderTakesTheSameFiles(String suites, String architecture, String emulator, String path) throws Exception {
        Needs.that(Files.isExecutable(Path.of("/usr/bin/apt-get")), "not a Debian machine");
        try {
            root = DebianRoot.unpack(work, List.of(suites.split(" ")), architecture, "libc6")
                    .path();
        } catch (DebianRoot.UnusableException e) {
            abort("the mirror has no usable index: " + e.getMessage());
        }
        loader = path;
        prepare(emulator);
        List<String> differences = new ArrayList<>();
        List<String> told = new ArrayList<>();
        for (Map.Entry<String, byte[]> variant : variants().entrySet()) {
            Files.write(root.resolve("one/libx.so"), variant.getValue());
            RealLoader.Answer answer = RealLoader.run(command, Map.of(), Path.of(loader));
            String expected = answer.refused() ? "refused" : String.join(" ", without(answer.list()));
            String found = found();
            told.add(variant.getKey() + ": " + expected);
            if (!expected.equals(found)) {
                differences.add(variant.getKey() + "\n  expected " + expected + ' ' + answer.errors() + "\n  found    "
                        + found);
            }
        }
        Files.createDirectories(Path.of("target"));
        Files.write(Path.of("target/abi-cases-" + suites.split(" ")[0] + "-" + architecture + ".txt"), told);
        assertThat(differences).isEmpty();
        // A loader that cannot read what is made here would refuse everything.
        assertThat(told).contains("good: libx.so => /one/libx.so", "other class: libx.so => /two/libx.so");
    }

    private void prepare(String emulator) throws Exception {
        try (HostFileTree tree = HostFileTree.open(root);
                FileContent content = tree.open(TreePaths.find(tree, loader).orElseThrow())) {
            good = ElfFile.read(content, loader).header();
        }
        Path launcher = ChrootSystem.launcher(work);
        command = new ArrayList<>(List.of(launcher.toString(), root.toString()));
        if (emulator.isEmpty()) {
            command.addAll(List.of("LD_TRACE_LOADED_OBJECTS=1", "--", loader, "/prog"));
        } else {
            Path qemu = Oracles.emulator(emulator);
            Files.copy(qemu, root.resolve("emulator"), StandardCopyOption.COPY_ATTRIBUTES);
            command.addAll(List.of("--", "/emulator", "-E", "LD_TRACE_LOADED_OBJECTS=1", loader, "/prog"));
        }
        Needs.that(ChrootSystem.changesRoot(launcher, root), "cannot change the root");
        Files.createDirectory(root.resolve("one"));
        Files.createDirectory(root.resolve("two"));
        Files.write(root.resolve("two/libx.so"), library().bytes());
        Files.write(
                root.resolve("prog"),
                library().program(loader).needs("libx.so").runpath("/one:/two").bytes());
    }

    private String found() throws Exception {
        try (HostFileTree tree = HostFileTree.open(root)) {
            Closure closure = new ClosureResolver(tree, LoaderOptions.defaults().withCpu(CpuProfile.BASELINE))
                    .resolve("/prog", List.of());
            boolean stopped = closure.problems().stream().anyMatch(p -> p.kind() == StartProblem.Kind.NOT_LOADABLE);
            return stopped
                    ? "refused"
                    : String.join(
                            " ", without(RealLoader.form(closure.linkMaps().get(0))));
        }
    }

    private List<String> without(List<String> list) {
        return list.stream()
                .filter(l -> !l.equals("loader") && !l.endsWith(" => " + loader))
                .toList();
    }

    private ElfWriter library() {
        return writer(good.elfClass(), good.byteOrder(), good.flags());
    }

    private ElfWriter writer(ElfClass elfClass, ByteOrder order, int flags) {
        ElfWriter writer =
                new ElfWriter(elfClass, order).machine(good.machine()).flags(flags);
        // Without marks only the default is compatible with the loader.
        return good.machine() == ElfMachine.MIPS ? writer.mipsFloatAbi(0) : writer;
    }

    private byte[] patched(int offset, int value) {
        byte[] content = library().bytes();
        content[offset] = (byte) value;
        return content;
    }

    private byte[] identified(int osAbi, int abiVersion) {
        byte[] content = patched(7, osAbi);
        content[8] = (byte) abiVersion;
        return content;
    }

    private Map<String, byte[]> variants() {
        boolean wide = good.elfClass() == ElfClass.ELF64;
        boolean little = good.byteOrder() == ByteOrder.LITTLE_ENDIAN;
        int type = little ? 16 : 17;
        Map<String, byte[]> result = new LinkedHashMap<>();
        result.put("good", library().bytes());
        result.put(
                "other class",
                writer(wide ? ElfClass.ELF32 : ElfClass.ELF64, good.byteOrder(), good.flags())
                        .bytes());
        result.put(
                "other byte order",
                writer(good.elfClass(), little ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, good.flags())
                        .bytes());
        result.put("other machine", library().machine(0x1234).bytes());
        result.put("old number of S/390", library().machine(ElfMachine.S390_OLD).bytes());
        result.put("old number of MIPS", library().machine(ElfMachine.MIPS_OLD).bytes());
        for (int osAbi : new int[] {1, 3, 9, 64, 97}) {
            result.put("OS ABI " + osAbi, identified(osAbi, 0));
        }
        for (int version = 1; version <= 5; version++) {
            result.put("ABI version " + version, identified(0, version));
            result.put("ABI version " + version + " of GNU", identified(3, version));
        }
        result.put("byte order of the identification", patched(5, little ? 2 : 1));
        result.put("padding", patched(9, 1));
        result.put("last byte of padding", patched(15, 1));
        result.put("version of the identification", patched(6, 2));
        result.put("version", patched(little ? 20 : 23, 2));
        result.put("relocatable", patched(type, 1));
        result.put("fixed address", patched(type, 2));
        result.put("core", patched(type, 4));
        result.put("size of program headers", patched((wide ? 54 : 42) + (little ? 0 : 1), 16));
        result.put("text", "INPUT(libc.so.6)\n".getBytes(StandardCharsets.US_ASCII));
        result.put("nothing", new byte[0]);
        result.put("half a header", Arrays.copyOf(library().bytes(), 30));
        result.put("no dynamic section", library().withoutDynamicSection().bytes());
        result.put("program", library().program(loader).bytes());
        result.put("for another system", library().abiTag(1, 2, 0, 0).bytes());
        result.put("for Linux", library().abiTag(0, 2, 0, 0).bytes());
        otherMachine(result);
        flags(result);
        if (good.machine() == ElfMachine.MIPS) {
            mips(result);
        }
        return result;
    }

    /** Files for another machine with a second defect: which is checked first? */
    private void otherMachine(Map<String, byte[]> result) {
        byte[] other = library().machine(0x1234).bytes();
        int[] offsets = {4, 5, 6, 7, 8, 9, good.byteOrder() == ByteOrder.LITTLE_ENDIAN ? 20 : 23};
        int[] values = {3 - other[4], 3 - other[5], 2, 9, 1, 1, 2};
        for (int i = 0; i < offsets.length; i++) {
            byte[] content = other.clone();
            content[offsets[i]] = (byte) values[i];
            result.put("other machine, byte " + offsets[i], content);
        }
        result.put("other machine, short", Arrays.copyOf(other, good.elfClass() == ElfClass.ELF64 ? 63 : 51));
    }

    private void flags(Map<String, byte[]> result) {
        int[] bits = switch (good.machine()) {
            case ElfMachine.RISCV -> new int[] {1, 2, 4, 6, 8, 16};
            case ElfMachine.PPC64 -> new int[] {1, 2, 3, 4};
            case ElfMachine.ARM -> new int[] {0x200, 0x400, 0x600, 0x01000000, 0x05000000, 0x800000};
            case ElfMachine.MIPS -> new int[] {1, 2, 4, 0x20, 0x100, 0x200, 0x400, 0x1000, 0x10000000};
            default -> new int[] {1, 2, 4, 0x100, 0x10000};
        };
        for (int bit : bits) {
            result.put("flags ^ 0x" + Integer.toHexString(bit), flagged(good.flags() ^ bit));
        }
        result.put("no flags", flagged(0));
    }

    private byte[] flagged(int flags) {
        byte[] content = library().bytes();
        ByteBuffer.wrap(content).order(good.byteOrder()).putInt(good.elfClass() == ElfClass.ELF64 ? 48 : 36, flags);
        return content;
    }

    private void mips(Map<String, byte[]> result) {
        for (int floatAbi = 0; floatAbi <= 9; floatAbi++) {
            result.put("float ABI " + floatAbi, library().mipsFloatAbi(floatAbi).bytes());
        }
        result.put("float ABI 255", library().mipsFloatAbi(255).bytes());
        result.put("unknown flags", library().mipsAbiFlags(0, 1, 24).bytes());
        result.put("short structure", library().mipsAbiFlags(0, 0, 23).bytes());
        result.put("no structure", library().mipsAbiFlags(0, 0, 0).bytes());
    }
}
