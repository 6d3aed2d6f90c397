// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.floor;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.elf.ElfFile;
import io.crossbuild.elf.VersionNeed;
import io.crossbuild.elf.VersionedSymbols;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.NeededVersion;
import io.crossbuild.oracle.Oracles;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.HostFileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares needed versions, the symbols that need them, and floors with objdump, for the programs of the machine. */
class FloorOracleIT {
    private static final int BATCH = 40;
    private static final Pattern FILE = Pattern.compile("^(/.*): +file format .*");
    private static final Pattern FROM = Pattern.compile("^  required from (.*):$");
    private static final Pattern NEED = Pattern.compile("^    0x[0-9a-f]+ 0x([0-9a-f]+) [0-9a-f]+ (\\S+)$");
    private static final Pattern SYMBOL = Pattern.compile(
            "^[0-9a-f]{8,16} .{7} \\S+\t[0-9a-f]+ +\\(?([^\\s()]+)\\)? +" + "(?:\\.\\S+ +|0x[0-9a-f]+ +)?(\\S+)$");

    @TempDir
    Path temp;

    /** What objdump says about a file: needs as "library version weak", and symbols by version. */
    private static final class Dump {
        final Set<String> needs = new TreeSet<>();
        final Map<String, SortedSet<String>> symbols = new TreeMap<>();
    }

    @Test
    void everyProgramAndLibraryOfTheMachine() throws Exception {
        List<String> files = elfFiles();
        Map<String, Dump> dumps = new HashMap<>();
        for (int i = 0; i < files.size(); i += BATCH) {
            dump(files.subList(i, Math.min(i + BATCH, files.size())), dumps);
        }
        List<String> differences = new ArrayList<>();
        int compared = 0;
        int withSymbols = 0;
        int floors = 0;
        try (HostFileTree tree = HostFileTree.open(Path.of("/"))) {
            for (String file : files) {
                Dump dump = dumps.get(file);
                Optional<ObjectNeeds> needs = ObjectNeeds.read(tree, file);
                if (dump == null || needs.isEmpty()) {
                    continue;
                }
                compared++;
                if (!text(needs.get().needs()).equals(dump.needs)) {
                    differences.add(file + ": " + text(needs.get().needs()) + ", expected " + dump.needs);
                }
                withSymbols += compareSymbols(tree, file, dump, differences);
                floors += compareFloor(tree, needs.get(), dump, differences);
            }
        }
        Files.createDirectories(Path.of("target"));
        Files.writeString(
                Path.of("target/floor-oracle.txt"),
                compared + " files compared, " + withSymbols + " versions with symbols, " + floors + " floors\n"
                        + String.join("\n", differences) + "\n");
        assertThat(differences).isEmpty();
        assertThat(compared).isGreaterThan(300);
        assertThat(withSymbols).isGreaterThan(1000);
        assertThat(floors).isGreaterThan(200);
    }

    private static Set<String> text(List<VersionNeed> needs) {
        Set<String> text = new TreeSet<>();
        needs.forEach(n -> n.versions().forEach(v -> text.add(n.file() + " " + v.name() + " " + v.weak())));
        return text;
    }

    /** Versions that the file also defines are left out: objdump does not tell them from those that it needs. */
    private static int compareSymbols(FileTree tree, String file, Dump dump, List<String> differences)
            throws Exception {
        if (!(TreePaths.resolve(tree, file) instanceof TreePaths.Found found)) {
            return 0;
        }
        Set<String> defined;
        try (FileContent content = tree.open(found.node())) {
            ElfFile elf = ElfFile.read(content, file);
            defined = elf.dynamic() == null || elf.dynamic().definedVersions() == null
                    ? Set.of()
                    : elf.dynamic().definedVersions();
        }
        Set<String> versions = dump.needs.stream()
                .map(n -> n.split(" ")[1])
                // objdump prints Base for symbols without a version, too.
                .filter(v -> !defined.contains(v) && !v.equals("Base"))
                .collect(Collectors.toCollection(TreeSet::new));
        Map<String, SortedSet<String>> symbols;
        try (FileContent content = tree.open(found.node())) {
            symbols = VersionedSymbols.of(content, file, versions);
        }
        Map<String, SortedSet<String>> expected = new TreeMap<>(dump.symbols);
        expected.keySet().retainAll(versions);
        if (!symbols.equals(expected)) {
            differences.add(file + ": symbols " + symbols + ", expected " + expected);
        }
        return expected.size();
    }

    private static int compareFloor(FileTree tree, ObjectNeeds object, Dump dump, List<String> differences)
            throws Exception {
        if (object.definesGlibc()) {
            return 0;
        }
        Optional<String> expected = dump.needs.stream()
                .filter(n -> n.endsWith(" false") && !object.names().contains(n.split(" ")[0]))
                .map(n -> n.split(" ")[1])
                .map(v -> v.equals("GLIBC_ABI_DT_RELR") ? "GLIBC_2.36" : v)
                .filter(v -> v.matches("GLIBC_[0-9.]+"))
                .map(v -> v.substring("GLIBC_".length()))
                .max(FloorOracleIT::compare);
        Optional<String> found = new LibraryFloors(tree, List.of(object))
                .of(o -> true, false).stream()
                        .map(BuildEvent.LibraryFloor::needs)
                        .flatMap(List::stream)
                        .filter(n -> n.library() == NeededVersion.Library.GLIBC)
                        .map(NeededVersion::version)
                        .findFirst();
        if (!found.equals(expected)) {
            differences.add(object.path() + ": floor " + found + ", expected " + expected);
        }
        return expected.isPresent() ? 1 : 0;
    }

    /** By the numbers between the dots. */
    private static int compare(String a, String b) {
        String[] left = a.split("\\.");
        String[] right = b.split("\\.");
        for (int i = 0; i < Math.min(left.length, right.length); i++) {
            int order = Integer.compare(Integer.parseInt(left[i]), Integer.parseInt(right[i]));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.length, right.length);
    }

    private void dump(List<String> files, Map<String, Dump> dumps) throws Exception {
        List<String> command = new ArrayList<>(List.of("objdump", "-p", "-T"));
        command.addAll(files);
        Path out = temp.resolve("out");
        Process process = Oracles.process(command)
                .redirectOutput(out.toFile())
                .redirectError(temp.resolve("errors").toFile())
                .start();
        // A file that is no object for it ends with a message and a status.
        process.waitFor();
        Dump dump = new Dump();
        String from = "";
        for (String line : Files.readAllLines(out)) {
            Matcher file = FILE.matcher(line);
            Matcher library = FROM.matcher(line);
            Matcher need = NEED.matcher(line);
            Matcher symbol = SYMBOL.matcher(line);
            if (file.matches()) {
                dump = dumps.computeIfAbsent(file.group(1), f -> new Dump());
            } else if (library.matches()) {
                from = library.group(1);
            } else if (need.matches() && !from.isEmpty()) {
                boolean weak = (Integer.parseInt(need.group(1), 16) & 2) != 0;
                dump.needs.add(from + " " + need.group(2) + " " + weak);
            } else if (symbol.matches()) {
                dump.symbols
                        .computeIfAbsent(symbol.group(1), v -> new TreeSet<>())
                        .add(symbol.group(2));
            } else if (line.isBlank()) {
                from = "";
            }
        }
    }

    private static List<String> elfFiles() throws IOException {
        List<String> files = new ArrayList<>();
        for (String directory : List.of("/usr/bin", "/usr/sbin", "/usr/lib", "/usr/libexec")) {
            if (!Files.isDirectory(Path.of(directory))) {
                continue;
            }
            try (Stream<Path> walk =
                    Files.find(Path.of(directory), 8, (path, a) -> a.isRegularFile() && Files.isReadable(path))) {
                for (Path path : walk.sorted().toList()) {
                    if (isLoadable(path)) {
                        files.add(path.toString());
                    }
                }
            }
        }
        return files;
    }

    private static boolean isLoadable(Path path) throws IOException {
        byte[] start = new byte[18];
        try (var in = Files.newInputStream(path)) {
            return in.readNBytes(start, 0, 18) == 18
                    && start[0] == 0x7F
                    && start[1] == 'E'
                    && start[2] == 'L'
                    && start[3] == 'F'
                    && (start[16] == 2 || start[16] == 3);
        }
    }
}
