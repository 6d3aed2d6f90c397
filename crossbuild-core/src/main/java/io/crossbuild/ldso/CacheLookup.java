// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.elf.ElfClass;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.elf.ElfMachine;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The cache as one loader on one processor sees it. */
final class CacheLookup implements LibraryCache.Reader {
    /** {@code FLAG_ELF_LIBC6}: the low bits of every entry for glibc. */
    static final int LIBC6 = 3;
    /** The highest byte is for systems other than Linux, the rest for the three parts of a kernel's version. */
    private static final int NEWEST_LINUX = 0xFFFFFF;

    private final LibraryCache cache;
    private final int exactFlags;
    private final int otherFlags;
    private final CpuDirectories cpu;
    private final Set<String> legacyNames;
    private final LoaderFacts facts;
    private final boolean isX86;
    private final int isaLevels;

    /** @param legacyNames every name that a legacy capability subdirectory can have on this machine */
    CacheLookup(LibraryCache cache, ElfHeader loader, CpuDirectories cpu, Set<String> legacyNames, LoaderFacts facts) {
        this.cache = cache;
        this.exactFlags = exactFlagsOf(loader);
        this.otherFlags = otherFlags(loader, exactFlags);
        this.cpu = cpu;
        this.legacyNames = legacyNames;
        this.facts = facts;
        this.isX86 = loader.machine() == ElfMachine.X86_64 || loader.machine() == ElfMachine.I386;
        this.isaLevels = cpu.isaLevels();
    }

    LibraryCache.@Nullable Entry search(String name) {
        return cache.search(name, this);
    }

    @Override
    public boolean accepts(int flags) {
        return flags == exactFlags || flags == otherFlags;
    }

    @Override
    public int exactFlags() {
        return exactFlags;
    }

    @Override
    public int priority(String subdirectory) {
        return cpu.priority(subdirectory);
    }

    /** {@code dl_cache_hwcap_isa_level_compatible} of sysdeps/x86/dl-isa-level.h; other machines have no such check. */
    @Override
    public boolean acceptsIsaLevel(int level) {
        return !isX86 || (level < Integer.SIZE && (isaLevels & 1 << level) != 0);
    }

    @Override
    public boolean acceptsOsVersion(int version) {
        return !facts.readsAbiTag() || Integer.compareUnsigned(version, NEWEST_LINUX) <= 0;
    }

    /** Whether the cache has a file with this name that only some processors use. */
    boolean dependsOnCpu(String name) {
        VariantSeeker seeker = new VariantSeeker();
        cache.search(name, seeker);
        return seeker.found;
    }

    /** Skips files that are only for some processors, but records that there is one. */
    private final class VariantSeeker implements LibraryCache.Reader {
        private boolean found;

        @Override
        public boolean accepts(int flags) {
            return CacheLookup.this.accepts(flags);
        }

        @Override
        public int exactFlags() {
            return exactFlags;
        }

        @Override
        public int priority(String subdirectory) {
            found = true;
            return 0;
        }

        @Override
        public boolean acceptsIsaLevel(int level) {
            return true;
        }

        @Override
        public boolean acceptsOsVersion(int version) {
            return CacheLookup.this.acceptsOsVersion(version);
        }

        @Override
        public boolean acceptsLegacy(LibraryCache.Entry entry) {
            found = true;
            return false;
        }
    }

    /**
     * Whether an entry with legacy capabilities is for this processor. The bits differ between machines; the
     * directories from which ldconfig derived them are in its path.
     */
    @Override
    public boolean acceptsLegacy(LibraryCache.Entry entry) {
        if (!facts.hasLegacySubdirectories()) {
            return false;
        }
        List<String> names = new ArrayList<>();
        String[] parts = entry.path().split("/");
        for (int i = parts.length - 2; i > 0 && legacyNames.contains(parts[i]); i--) {
            names.add(parts[i]);
        }
        return !names.isEmpty() && cpu.hasLegacy(names);
    }

    /** Whether a loader considers entries with these flags. */
    static boolean isAccepted(ElfHeader loader, int flags) {
        int exact = exactFlagsOf(loader);
        return flags == exact || flags == otherFlags(loader, exact);
    }

    /** {@code _DL_CACHE_DEFAULT_ID} of sysdeps/unix/sysv/linux/ARCH/dl-cache.h. */
    static int exactFlagsOf(ElfHeader h) {
        boolean wide = h.elfClass() == ElfClass.ELF64;
        return switch (h.machine()) {
            case ElfMachine.X86_64 -> (wide ? 0x300 : 0x800) | LIBC6;
            case ElfMachine.AARCH64 -> 0xa00 | LIBC6;
            case ElfMachine.PPC64 -> 0x500 | LIBC6;
            case ElfMachine.S390, ElfMachine.S390_OLD -> (wide ? 0x400 : 0) | LIBC6;
            case ElfMachine.SPARCV9 -> (wide ? 0x100 : 0) | LIBC6;
            case ElfMachine.RISCV -> ((h.flags() & 6) == 4 ? 0x1000 : 0xf00) | LIBC6;
            // EF_LOONGARCH_ABI_MODIFIER: 1 soft, 3 double.
            case ElfMachine.LOONGARCH -> ((h.flags() & 7) == 1 ? 0x1100 : 0x1200) | LIBC6;
            case ElfMachine.ARM -> ((h.flags() & 0x400) != 0 ? 0x900 : 0xb00) | LIBC6;
            case ElfMachine.MIPS -> mipsFlags(h, wide) | LIBC6;
            default -> LIBC6;
        };
    }

    private static int mipsFlags(ElfHeader h, boolean wide) {
        boolean n32 = (h.flags() & 0x20) != 0;
        if ((h.flags() & 0x400) != 0) {
            return wide ? 0xe00 : n32 ? 0xd00 : 0xc00;
        }
        return wide ? 0x700 : n32 ? 0x600 : 0;
    }

    /** The one other kind of entry that {@code _dl_cache_check_flags} accepts. */
    private static int otherFlags(ElfHeader h, int exact) {
        if (h.machine() == ElfMachine.ARM) {
            return LIBC6;
        }
        return exact == LIBC6 ? 1 : exact;
    }
}
