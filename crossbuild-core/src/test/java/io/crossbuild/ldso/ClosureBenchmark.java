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
 * installed, and prints rows of a table in Markdown. With arguments it resolves those programs once and ends, for
 * measuring a cold start. docs/benchmarks/closure.sh runs both.
 */
public final class ClosureBenchmark {
    private static final int ROUNDS = 40;
    private static final String LOADER = "/lib64/ld-linux-x86-64.so.2";

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
        double best = Double.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            best = Math.min(best, seconds(resolveAll(programs)));
        }
        int n = programs.size();
        System.out.println("| all " + n + " dynamic programs of /usr/bin | time | for 667 | times crossbuild |");
        System.out.println("|---|---|---|---|");
        row("crossbuild, warm JVM, nothing kept between rounds, best of " + ROUNDS, best, best, n);
        row("libtree, one process for all", command(programs, "libtree", "-vvv"), best, n);
        row("libtree, a process for each", commandEach(programs, "libtree", "-vvv"), best, n);
        row("lddtree, one process for all", command(programs, "lddtree", "-l"), best, n);
        row("ld.so --list, a process for each", commandEach(programs, LOADER, "--list"), best, n);
    }

    private static void row(String name, double seconds, double unit, int programs) {
        if (seconds < 0) {
            System.out.println("| " + name + " | does not run here | | |");
        } else {
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %.3f s | %.3f s | %.1f |%n",
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
            if (run(List.of(program), false, command) < 0) {
                return -1;
            }
        }
        return seconds(Duration.ofNanos(System.nanoTime() - start));
    }

    /** Seconds that a command takes, or -1 when it is not installed or fails for a simple program. */
    private static double command(List<String> programs, String... command) throws Exception {
        return run(List.of(programs.get(0)), true, command) < 0 ? -1 : run(programs, false, command);
    }

    private static double run(List<String> programs, boolean mustSucceed, String... command) throws Exception {
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
            if (mustSucceed && process.exitValue() != 0) {
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
