// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.CacheEntry;
import io.crossbuild.elf.DynamicSection;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.elf.ElfMachine;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What ldconfig(8) would write into {@code ld.so.cache} for one loader, if it were run now ({@code search_dir} of
 * elf/ldconfig.c of glibc). It would also make links from sonames to files; this class does not, so a library without a
 * link stays missing. Of the capabilities that had subdirectories up to glibc 2.36, it knows those of x86.
 */
final class Ldconfig {
    /** {@code _dl_string_hwcap}, {@code _dl_string_platform} and "tls" of sysdeps/x86, by bit. */
    static final Map<String, Integer> LEGACY_BITS = Map.of(
            "sse2", 0, "x86_64", 1, "avx512_1", 2, "i586", 48, "i686", 49, "haswell", 50, "xeon_phi", 51, "tls", 63);

    private final TreeView view;
    private final LoaderFacts facts;
    private final ElfHeader loader;

    Ldconfig(TreeView view, LoaderFacts facts, ElfHeader loader) {
        this.view = view;
        this.facts = facts;
        this.loader = loader;
    }

    /** A library in a directory. */
    private record Library(String name, boolean isLink, int flags, int isaLevel) {}

    /** A key for entries that the loader does not distinguish. */
    private record Key(String name, int flags, @Nullable String subdirectory, long capabilities) {}

    /**
     * The entries that the loader would consider, in no particular order.
     *
     * @param cachePath where the cache is or would be, next to {@code ld.so.conf}
     */
    List<CacheEntry> entries(String cachePath) throws IOException, CrossbuildException {
        int exact = CacheLookup.exactFlagsOf(loader);
        Map<Key, CacheEntry> entries = new LinkedHashMap<>();
        String configuration = TreePaths.join(TreePaths.parent(cachePath), "ld.so.conf");
        for (LdconfigDirectories.Directory directory :
                new LdconfigDirectories(view, facts).all(configuration, loader)) {
            for (Map.Entry<String, Library> library : libraries(directory).entrySet()) {
                CacheEntry entry = entry(directory, library.getKey(), library.getValue());
                Key key = new Key(entry.name(), entry.flags(), entry.subdirectory(), entry.capabilities());
                if (entry.flags() == exact) {
                    entries.putIfAbsent(key, entry);
                } else if (CacheLookup.isAccepted(loader, entry.flags())) {
                    // The loader continues after an incomplete entry, and so uses the last one.
                    entries.put(key, entry);
                }
            }
        }
        return new ArrayList<>(entries.values());
    }

    private CacheEntry entry(LdconfigDirectories.Directory directory, String soname, Library library) {
        boolean named = directory.subdirectory() != null;
        // Below glibc-hwcaps ldconfig makes no links.
        String path = directory.path() + "/" + (named ? library.name() : soname);
        long capabilities = named || !facts.hasLegacySubdirectories() ? 0 : legacyCapabilities(directory.path());
        return new CacheEntry(
                soname, path, library.flags(), capabilities, directory.subdirectory(), named ? library.isaLevel() : 0);
    }

    private static long legacyCapabilities(String path) {
        long capabilities = 0;
        String rest = path;
        while (!rest.equals("/") && !rest.isEmpty()) {
            Integer bit = LEGACY_BITS.get(TreePaths.name(rest));
            if (bit == null) {
                break;
            }
            capabilities += 1L << bit;
            rest = TreePaths.parent(rest);
        }
        return capabilities;
    }

    /** The libraries of a directory by soname; if several files have the same soname, the newest. */
    private Map<String, Library> libraries(LdconfigDirectories.Directory directory)
            throws IOException, CrossbuildException {
        Map<String, Library> result = new LinkedHashMap<>();
        for (FileTree.Entry entry : view.children(directory.file())) {
            boolean candidate = isLibraryName(entry.name())
                    || (directory.subdirectory() != null && entry.node().isSymlink());
            if (candidate && !isTemporary(entry.name())) {
                examine(directory, entry.name(), entry.node(), result);
            }
        }
        return result;
    }

    private void examine(
            LdconfigDirectories.Directory directory, String name, FileNode node, Map<String, Library> result)
            throws IOException, CrossbuildException {
        Optional<TreeView.Present> file = view.regularFile(directory.path() + "/" + name);
        if (file.isEmpty()
                || !(view.elf(file.get()) instanceof TreeView.Elf elf)
                || elf.file().header().type() != ElfHeader.TYPE_SHARED
                || family(elf.file().header().machine()) != family(loader.machine())) {
            return;
        }
        DynamicSection dynamic = elf.file().dynamic();
        if (dynamic == null) {
            return;
        }
        String soname = dynamic.soname() == null ? name : dynamic.soname();
        boolean isLink = node.isSymlink();
        if (isLink && !name.equals(soname) && !(name.endsWith(".so") && soname.startsWith(name))) {
            // Not a link for the link editor: it leads to a file with that soname.
            isLink = false;
        }
        String key = isLink ? name : soname;
        int isa = elf.file().x86IsaNeeded();
        Library library = new Library(
                name,
                isLink,
                flags(elf.file().header()),
                isa == 0 ? 0 : Integer.SIZE - 1 - Integer.numberOfLeadingZeros(isa));
        Library known = result.get(key);
        if (known == null || isBetter(library, known)) {
            result.put(key, known == null ? library : new Library(name, isLink, known.flags(), library.isaLevel()));
        }
    }

    private static boolean isBetter(Library library, Library known) {
        return library.isLink() == known.isLink()
                ? LibraryCacheWriter.compareNames(known.name(), library.name()) < 0
                : known.isLink();
    }

    /** {@code _dl_is_dso} of elf/dl-is_dso.h. */
    private static boolean isLibraryName(String name) {
        return ((name.startsWith("lib") || name.startsWith("ld-")) && name.contains(".so"))
                || name.startsWith("ld.so.")
                || name.startsWith("ld64.so.");
    }

    /** Files that prelink is about to write, or RPM and dpkg; those of the latter count as such since glibc 2.39. */
    private boolean isTemporary(String name) {
        boolean ofPackages = name.contains(";") || name.endsWith(".dpkg-new") || name.endsWith(".dpkg-tmp");
        return (ofPackages && facts.minorVersion() >= 39) || name.matches("(?s).*\\.#prelink#(\\..{6})?");
    }

    /** {@code process_elf_file} of sysdeps/unix/sysv/linux/ARCH/readelflib.c. */
    private static int flags(ElfHeader h) {
        boolean eabi5 = (h.flags() & 0xff000000) == 0x05000000;
        boolean marked = eabi5 && (h.flags() & 0x600) != 0;
        return h.machine() == ElfMachine.ARM && !marked ? CacheLookup.LIBC6 : CacheLookup.exactFlagsOf(h);
    }

    /** Machines whose libraries are handled by the same ldconfig. */
    private static int family(int machine) {
        return switch (machine) {
            case ElfMachine.I386 -> ElfMachine.X86_64;
            case ElfMachine.PPC -> ElfMachine.PPC64;
            case ElfMachine.S390_OLD -> ElfMachine.S390;
            case ElfMachine.SPARC -> ElfMachine.SPARCV9;
            case ElfMachine.MIPS_OLD -> ElfMachine.MIPS;
            case ElfMachine.ARM -> ElfMachine.AARCH64;
            default -> machine;
        };
    }
}
