// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.CpuProfile;
import io.crossbuild.elf.ElfMachine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The processors of one architecture that glibc's loader distinguishes. */
final class CpuVariants {
    private final LoaderFacts facts;
    private final int machine;

    CpuVariants(LoaderFacts facts, int machine) {
        this.facts = facts;
        this.machine = machine;
    }

    /** A profile for each processor, the newest first; every subdirectory is in the list of at least one. */
    List<CpuProfile> profiles() {
        List<CpuProfile> result = new ArrayList<>();
        List<String> names = facts.subdirectories();
        for (String platform : platforms()) {
            for (int from = 0; from <= names.size(); from++) {
                List<String> active = names.subList(from, names.size());
                result.add(new CpuProfile(active, platform.isEmpty() ? null : platform, capabilities()));
            }
        }
        // Each capability may be missing on its own; in practice only two cases differ: alone and all together.
        result.add(new CpuProfile(List.of(), null, baseCapabilities()));
        return Collections.unmodifiableList(new ArrayList<>(new LinkedHashSet<>(result)));
    }

    /** The directory names that any profile can have directly below a library directory. */
    Set<String> firstComponents() {
        Set<String> result = new LinkedHashSet<>();
        if (facts.hasNamedSubdirectories()) {
            result.add("glibc-hwcaps");
        }
        if (facts.hasLegacySubdirectories()) {
            result.addAll(legacyNames());
        }
        return result;
    }

    /** Every name that a legacy capability subdirectory can have. */
    Set<String> legacyNames() {
        Set<String> result = new LinkedHashSet<>(capabilities());
        for (String platform : platforms()) {
            if (!platform.isEmpty()) {
                result.add(platform);
            }
        }
        result.add("tls");
        return result;
    }

    /** Values of {@code AT_PLATFORM}, or glibc's replacement for it; the newest first; "" for none. */
    private List<String> platforms() {
        return switch (machine) {
            case ElfMachine.X86_64 -> List.of("haswell", "xeon_phi", "x86_64");
            case ElfMachine.I386 -> List.of("haswell", "xeon_phi", "i686", "i586", "i386");
            case ElfMachine.AARCH64 -> List.of("aarch64");
            case ElfMachine.ARM -> List.of("v8l", "v7l", "v6l", "v5l");
            case ElfMachine.PPC64, ElfMachine.PPC -> List.of("power10", "power9", "power8", "power7");
            case ElfMachine.S390, ElfMachine.S390_OLD ->
                List.of("z16", "z15", "z14", "z13", "zEC12", "z196", "z10", "z9-109", "z990", "z900");
            default -> List.of("");
        };
    }

    /** {@code HWCAP_IMPORTANT} of sysdeps/ARCH/dl-procinfo.h of glibc 2.36, in the order of the bits. */
    private List<String> capabilities() {
        return switch (machine) {
            case ElfMachine.X86_64 -> List.of("x86_64", "avx512_1");
            case ElfMachine.I386 -> List.of("sse2");
            case ElfMachine.AARCH64 -> List.of("atomics");
            case ElfMachine.ARM -> List.of("vfp", "neon");
            case ElfMachine.PPC64, ElfMachine.PPC -> List.of("altivec");
            default -> List.of();
        };
    }

    private List<String> baseCapabilities() {
        return machine == ElfMachine.X86_64 ? List.of("x86_64") : List.of();
    }
}
