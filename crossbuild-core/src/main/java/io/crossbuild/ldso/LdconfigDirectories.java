// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.elf.ElfHeader;
import io.crossbuild.elf.ElfMachine;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.Glob;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The directories that ldconfig(8) searches, in its order (elf/ldconfig.c of glibc): those named by {@code ld.so.conf}
 * and the files that it includes, then the built-in ones, each with those below {@code glibc-hwcaps}, and finally the
 * legacy capability subdirectories.
 */
final class LdconfigDirectories {
    private static final String SUBDIRECTORIES = "glibc-hwcaps";
    /** ldconfig itself has no limit, so a file that includes itself crashes it. */
    private static final int MAX_DEPTH = 16;

    private static final int MAX_READS = 4096;

    private static final int MAX_CONFIGURATION_BYTES = 1 << 20;
    /** Of all files together, and of names in directories: a hostile guest must not occupy the host with patterns. */
    private static final int MAX_TOTAL_BYTES = 4 << 20;

    private static final int MAX_COMPARED = 1 << 20;
    private static final Pattern WILDCARD =
            Pattern.compile("\\[(!?)([^]]+)]|[*?]|\\\\(.)?|[^*?\\\\\\[]+|\\[", Pattern.DOTALL);

    private final TreeView view;
    private final LoaderFacts facts;
    private final Map<Long, Directory> found = new LinkedHashMap<>();
    private final Set<Long> read = new HashSet<>();
    private int bytes;
    private int compared;

    LdconfigDirectories(TreeView view, LoaderFacts facts) {
        this.view = view;
        this.facts = facts;
    }

    /**
     * A directory to search.
     *
     * @param path as the cache names it
     * @param subdirectory the name below {@code glibc-hwcaps}; null for none
     */
    record Directory(
            String path, TreeView.Present file, @Nullable String subdirectory) {}

    /**
     * All of them, each once under its first name.
     *
     * @param configuration path of {@code ld.so.conf}, which may be missing
     */
    List<Directory> all(String configuration, ElfHeader loader) throws IOException, CrossbuildException {
        read(configuration, 0);
        for (String path : builtIn(loader)) {
            add(path);
        }
        List<Directory> result = new ArrayList<>(found.values());
        if (facts.hasLegacySubdirectories()) {
            for (int i = 0; i < result.size(); i++) {
                addLegacy(result.get(i), result);
            }
        }
        return result;
    }

    private void read(String configuration, int depth) throws IOException, CrossbuildException {
        Optional<TreeView.Present> file = view.regularFile(configuration);
        // A file that was read before has nothing new, and may include itself.
        boolean fresh = file.isPresent() && read.add(file.get().node().id());
        if (!fresh || depth > MAX_DEPTH || read.size() > MAX_READS) {
            return;
        }
        byte[] head = view.head(file.get(), Math.min(MAX_CONFIGURATION_BYTES, MAX_TOTAL_BYTES - bytes));
        bytes += head.length;
        String text = new String(head, StandardCharsets.UTF_8);
        for (String whole : text.split("\n")) {
            int comment = whole.indexOf('#');
            String line = (comment < 0 ? whole : whole.substring(0, comment)).strip();
            if (line.matches("include[ \t].*")) {
                for (String pattern : line.substring("include".length()).split("[ \t]+")) {
                    if (!pattern.isEmpty()) {
                        include(pattern.startsWith("/") ? pattern : beside(configuration, pattern), depth);
                    }
                }
            } else if (line.startsWith("/") && !line.matches("(?i)hwcap[ \t].*")) {
                add(line);
            }
        }
    }

    private static String beside(String configuration, String name) {
        return TreePaths.join(TreePaths.parent(configuration), name);
    }

    private void include(String pattern, int depth) throws IOException, CrossbuildException {
        for (String path : glob(pattern)) {
            read(path, depth + 1);
        }
    }

    /** glob(3), sorted as in the locale C. */
    private List<String> glob(String pattern) throws IOException, CrossbuildException {
        List<String> paths = List.of("/");
        for (String part : pattern.split("/")) {
            if (part.isEmpty()) {
                continue;
            }
            List<String> next = new ArrayList<>();
            for (String path : paths) {
                if (part.matches("[^*?\\[\\\\]*")) {
                    next.add(TreePaths.join(path, part));
                } else if (view.lookup(path) instanceof TreeView.Present p
                        && p.node().isDirectory()) {
                    addMatching(part, path, p, next);
                }
            }
            paths = next;
        }
        return paths.stream().sorted().toList();
    }

    private void addMatching(String part, String path, TreeView.Present directory, List<String> matching)
            throws IOException, CrossbuildException {
        Glob wanted = Glob.parse(ofGo(part));
        for (FileTree.Entry entry : view.children(directory)) {
            if (compared++ >= MAX_COMPARED) {
                return;
            }
            boolean hidden = entry.name().startsWith(".") && !part.startsWith(".");
            if (!hidden && wanted.matches(entry.name())) {
                matching.add(TreePaths.join(path, entry.name()));
            }
        }
    }

    /** A pattern of glob(3) in the form that {@link Glob} reads; a bracket that is not closed is one of the name. */
    private static String ofGo(String part) {
        return WILDCARD.matcher(part)
                .replaceAll(m -> Matcher.quoteReplacement(
                        switch (m.group().charAt(0)) {
                            case '*', '?' -> m.group();
                            case '[' ->
                                m.group(2) == null
                                        ? "\\["
                                        : "[" + (m.group(1).isEmpty() ? "" : "^")
                                                + m.group(2).replaceAll("[\\\\^]|-$", "\\\\$0") + "]";
                            case '\\' -> "\\" + (m.group(3) == null ? "\\" : m.group(3));
                            default -> m.group();
                        }));
    }

    private void add(String line) throws IOException, CrossbuildException {
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == '/') {
            end--;
        }
        String path = line.substring(0, end);
        if (path.isEmpty()
                || !(view.lookup(path) instanceof TreeView.Present directory)
                || !directory.node().isDirectory()
                || found.putIfAbsent(directory.node().id(), new Directory(path, directory, null)) != null
                || !facts.hasNamedSubdirectories()
                || !(view.lookup(path + "/" + SUBDIRECTORIES) instanceof TreeView.Present parent)
                || !parent.node().isDirectory()) {
            return;
        }
        for (FileTree.Entry entry : view.children(parent)) {
            String below = path + "/" + SUBDIRECTORIES + "/" + entry.name();
            // In the loader these names are a list that is split at colons.
            boolean usable = !entry.name().startsWith(".") && !entry.name().contains(":");
            if (usable
                    && view.lookup(below) instanceof TreeView.Present p
                    && p.node().isDirectory()) {
                found.putIfAbsent(p.node().id(), new Directory(below, p, entry.name()));
            }
        }
    }

    private void addLegacy(Directory directory, List<Directory> result) throws IOException, CrossbuildException {
        if (directory.subdirectory() != null) {
            return;
        }
        for (FileTree.Entry entry : view.children(directory.file())) {
            String below = directory.path() + "/" + entry.name();
            if (Ldconfig.LEGACY_BITS.containsKey(entry.name())
                    && view.lookup(below) instanceof TreeView.Present p
                    && p.node().isDirectory()) {
                Directory legacy = new Directory(below, p, null);
                if (found.putIfAbsent(p.node().id(), legacy) == null) {
                    result.add(legacy);
                }
            }
        }
    }

    /**
     * {@code SLIBDIR} and {@code LIBDIR} after {@code add_system_dir} of sysdeps/.../dl-cache.h. Debian's ldconfig has
     * only those of the loader.
     */
    private List<String> builtIn(ElfHeader loader) {
        List<String> directories = facts.systemDirectories();
        if (facts.isMultiarch()) {
            return directories;
        }
        List<String> suffixes = switch (loader.machine()) {
            case ElfMachine.X86_64 -> List.of("", "64", "x32");
            case ElfMachine.MIPS -> List.of("", "32", "64");
            case ElfMachine.RISCV -> List.of("", "64/lp64d", "64/lp64", "32/ilp32d", "32/ilp32");
            case ElfMachine.LOONGARCH -> List.of("", "64", "64/sf");
            case ElfMachine.AARCH64,
                    ElfMachine.PPC,
                    ElfMachine.PPC64,
                    ElfMachine.S390,
                    ElfMachine.SPARC,
                    ElfMachine.SPARCV9 -> List.of("", "64");
            default -> List.of("");
        };
        List<String> result = new ArrayList<>();
        for (String directory : directories) {
            String path = directory.substring(0, directory.length() - 1);
            String base = path;
            for (String suffix : suffixes) {
                base = !suffix.isEmpty() && path.endsWith("/lib" + suffix)
                        ? path.substring(0, path.length() - suffix.length())
                        : base;
            }
            for (String suffix : base.endsWith("/lib") ? suffixes : List.of("")) {
                result.add(base + suffix);
            }
        }
        return result;
    }
}
