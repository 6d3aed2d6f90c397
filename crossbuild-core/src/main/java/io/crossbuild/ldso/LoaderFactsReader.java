// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.elf.ElfClass;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.elf.ElfMachine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the facts of a loader from its own strings, so that they are right for every distribution without a table of
 * distributions. Facts that are not found there are the defaults of glibc's build.
 *
 * <p>{@code system_dirs} of elf/dl-load.c is one run of strings with a slash at both ends; the other facts are
 * recognized by their form.
 */
final class LoaderFactsReader {
    /** A text from Guix's patch, for programs outside the store. */
    private static final String CACHE_LACKING = "/ld.so cache is lacking";

    private static final String ITEM_STORE = "/gnu/store";
    private static final String VERSION = " release version 2.";
    private static final String[] SUBDIRECTORY_FAMILIES = {"x86-64-v", "power", "z"};
    /** Newer than all rules that depend on the version. */
    private static final int NEWEST = 999;
    /** For loaders older than 2.33, which all have the same rules here. */
    private static final int OLDEST = 32;

    private final ElfHeader header;
    private final Set<String> strings = new HashSet<>();
    private List<String> systemDirectories = List.of();
    private @Nullable String cachePath;
    private @Nullable String preloadPath;
    private List<String> subdirectories = List.of();
    private int minorVersion = NEWEST;

    private LoaderFactsReader(ElfHeader header) {
        this.header = header;
    }

    /** Only the defaults, for a loader that does not exist or has no facts in its strings. */
    static LoaderFacts defaults(ElfHeader header) {
        return new LoaderFactsReader(header).facts();
    }

    /**
     * @param header the loader's ELF header
     * @param content the loader's bytes
     */
    static LoaderFacts read(ElfHeader header, byte[] content) {
        LoaderFactsReader reader = new LoaderFactsReader(header);
        reader.scan(content);
        if (reader.minorVersion == NEWEST && !reader.strings.contains("glibc-hwcaps/")) {
            // Loaders contain their version since glibc 2.33, which also introduced glibc-hwcaps.
            reader.minorVersion = OLDEST;
        }
        return reader.facts();
    }

    private void scan(byte[] content) {
        List<String> run = new ArrayList<>();
        int previousEnd = -1;
        int start = 0;
        int end = endOfText(content, start);
        while (end < content.length) {
            int c = content[end];
            // The version is the first line of a longer text.
            if ((c == 0 || c == '\n') && end > start) {
                String text = new String(content, start, end - start, StandardCharsets.US_ASCII);
                boolean directory = c == 0 && text.length() > 2 && text.startsWith("/") && text.endsWith("/");
                if (!directory || start != previousEnd + 1) {
                    endRun(run);
                }
                if (directory) {
                    run.add(text);
                    previousEnd = end;
                }
                one(text);
            }
            start = end + 1;
            end = endOfText(content, start);
        }
        endRun(run);
    }

    /** A separate loop, since it is all that the compiler has to make fast here in a cold start. */
    private static int endOfText(byte[] content, int start) {
        int end = start;
        while (end < content.length && content[end] >= 0x20 && content[end] < 0x7F) {
            end++;
        }
        return end;
    }

    private void endRun(List<String> run) {
        if (run.size() > systemDirectories.size()) {
            systemDirectories = List.copyOf(new LinkedHashSet<>(run));
        }
        run.clear();
    }

    private void one(String text) {
        if (text.startsWith("/") && text.endsWith("/etc/ld.so.cache")) {
            cachePath = text;
        } else if (text.startsWith("/") && text.endsWith("/etc/ld.so.preload")) {
            preloadPath = text;
        } else if (isSubdirectoryList(text)) {
            // The full list is the longest; single names may be there for messages.
            List<String> names = List.of(text.split(":"));
            subdirectories = names.size() > subdirectories.size() ? names : subdirectories;
        } else if (text.startsWith("ld.so (") && text.contains(VERSION)) {
            minorVersion = number(text, text.lastIndexOf(VERSION) + VERSION.length());
        } else if (text.length() < 256) {
            strings.add(text);
        }
    }

    /** The number in the first digits at an index, at most three. */
    private static int number(String text, int from) {
        int number = 0;
        for (int i = from; i < Math.min(text.length(), from + 3) && isDigit(text.charAt(i)); i++) {
            number = number * 10 + (text.charAt(i) - '0');
        }
        return number;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    /** Whether a text is a list such as "x86-64-v4:x86-64-v3:x86-64-v2". Regular expressions would delay a cold start. */
    private static boolean isSubdirectoryList(String text) {
        char first = text.charAt(0);
        if (first != 'x' && first != 'p' && first != 'z') {
            return false;
        }
        for (String name : text.split(":", -1)) {
            if (!isSubdirectory(name)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSubdirectory(String name) {
        for (String family : SUBDIRECTORY_FAMILIES) {
            int at = family.length();
            if (name.startsWith(family) && name.length() > at) {
                while (at < name.length() && isDigit(name.charAt(at))) {
                    at++;
                }
                if (at == name.length()) {
                    return true;
                }
            }
        }
        return false;
    }

    private LoaderFacts facts() {
        List<String> directories = systemDirectories.isEmpty() ? defaultDirectories(header) : systemDirectories;
        return new LoaderFacts(
                directories,
                lib(directories),
                cachePath == null ? "/etc/ld.so.cache" : cachePath,
                strings.contains(CACHE_LACKING) && strings.contains(ITEM_STORE) ? ITEM_STORE : null,
                preloadPath == null ? "/etc/ld.so.preload" : preloadPath,
                subdirectories,
                minorVersion);
    }

    /** {@code DL_DST_LIB}: the last components of the first system directory; a string of the loader tells how many. */
    private String lib(List<String> directories) {
        String first = directories.get(0);
        String whole = first.substring(1, first.length() - 1);
        String last = whole.substring(whole.lastIndexOf('/') + 1);
        if (strings.contains(whole) || (!strings.contains(last) && whole.startsWith("lib"))) {
            return whole;
        }
        return last;
    }

    /** {@code slibdir} and {@code libdir} of sysdeps/ARCH/configure. */
    static List<String> defaultDirectories(ElfHeader h) {
        boolean wide = h.elfClass() == ElfClass.ELF64;
        String lib = switch (h.machine()) {
            case ElfMachine.X86_64 -> wide ? "lib64" : "libx32";
            // EF_RISCV_FLOAT_ABI: 0 soft, 4 double.
            case ElfMachine.RISCV -> (wide ? "lib64/lp64" : "lib32/ilp32") + ((h.flags() & 6) == 4 ? "d" : "");
            case ElfMachine.MIPS -> wide ? "lib64" : (h.flags() & 0x20) != 0 ? "lib32" : "lib";
            case ElfMachine.AARCH64,
                    ElfMachine.PPC64,
                    ElfMachine.S390,
                    ElfMachine.S390_OLD,
                    ElfMachine.SPARCV9,
                    ElfMachine.LOONGARCH -> wide ? "lib64" : "lib";
            default -> "lib";
        };
        return List.of("/" + lib + "/", "/usr/" + lib + "/");
    }
}
