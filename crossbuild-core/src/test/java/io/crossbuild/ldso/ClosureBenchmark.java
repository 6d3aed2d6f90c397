// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.elf.ElfFile;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.HostFileTree;
import io.crossbuild.tree.TreePaths;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Measures full closures of all programs of /usr/bin, next to libtree, lddtree and the loader itself where they are
 * installed. Run its main method with the class path of the tests; with arguments it resolves those programs once and
 * ends, for measuring a cold start.
 */
public final class ClosureBenchmark {
    private static final int ROUNDS = 40;

    private ClosureBenchmark() {}

    /** @param arguments paths of programs to resolve once; none for the whole benchmark */
    @SuppressWarnings("SystemOut")
    public static void main(String[] arguments) throws Exception {
        if (arguments.length > 0) {
            int files = 0;
            try (HostFileTree tree = HostFileTree.open(Path.of("/"))) {
                ClosureResolver resolver = new ClosureResolver(tree, LoaderOptions.defaults());
                for (String program : arguments) {
                    files += resolver.resolve(program, List.of()).files().size();
                }
            }
            System.out.println(files + " files");
            return;
        }
        List<String> programs = programs();
        System.out.println(programs.size() + " dynamic programs");
        double best = Double.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            best = Math.min(best, seconds(resolveAll(programs)));
        }
        line("crossbuild, warm JVM, a new resolver for all", best, best, programs.size());
        line("libtree, one process for all", command(programs, "libtree", "-vvv"), best, programs.size());
        line("libtree, a process for each", commandEach(programs, "libtree", "-vvv"), best, programs.size());
        line(
                "ld.so --list, a process for each",
                commandEach(programs, "/lib64/ld-linux-x86-64.so.2", "--list"),
                best,
                programs.size());
        line("lddtree, one process for all", command(programs, "lddtree", "-l"), best, programs.size());
    }

    private static void line(String name, double seconds, double unit, int programs) {
        if (seconds >= 0) {
            System.out.printf(
                    Locale.ROOT,
                    "%-50s %8.3f s  %8.3f s for 667  %7.1f times%n",
                    name,
                    seconds,
                    seconds * 667 / programs,
                    seconds / unit);
        }
    }

    private static Duration resolveAll(List<String> programs) throws Exception {
        long start = System.nanoTime();
        try (HostFileTree tree = HostFileTree.open(Path.of("/"))) {
            ClosureResolver resolver = new ClosureResolver(tree, LoaderOptions.defaults());
            for (String program : programs) {
                if (resolver.resolve(program, List.of()).files().size() < 2) {
                    throw new IllegalStateException(program);
                }
            }
        }
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static List<String> programs() throws Exception {
        List<String> result = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("/usr/bin"));
                HostFileTree tree = HostFileTree.open(Path.of("/"))) {
            for (Path file : (Iterable<Path>) files.sorted()::iterator) {
                if (TreePaths.resolve(tree, file.toString()) instanceof TreePaths.Found found
                        && found.node().isRegular()
                        && Files.isRegularFile(file)) {
                    try (FileContent content = tree.open(found.node())) {
                        if (ElfFile.hasMagic(content)
                                && ElfFile.read(content, file.toString()).interpreter() != null) {
                            result.add(file.toString());
                        }
                    }
                }
            }
        }
        return result;
    }

    private static double commandEach(List<String> programs, String... command) throws Exception {
        long start = System.nanoTime();
        for (String program : programs) {
            if (command(List.of(program), command) < 0) {
                return -1;
            }
        }
        return seconds(Duration.ofNanos(System.nanoTime() - start));
    }

    /** Seconds that a command takes, or -1 when it is not installed. */
    private static double command(List<String> programs, String... command) throws Exception {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(programs);
        long start = System.nanoTime();
        try {
            Process process = new ProcessBuilder(all)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!process.waitFor(10, TimeUnit.MINUTES)) {
                process.destroyForcibly().waitFor();
                return -1;
            }
        } catch (java.io.IOException e) {
            return -1;
        }
        return seconds(Duration.ofNanos(System.nanoTime() - start));
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
