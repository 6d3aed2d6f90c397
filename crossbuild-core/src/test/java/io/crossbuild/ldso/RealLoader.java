// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.CpuProfile;
import io.crossbuild.closure.LinkMap;
import io.crossbuild.closure.OpenRequest;
import io.crossbuild.closure.SearchRule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The loader of the machine that runs the tests: the reference for closures. */
final class RealLoader {
    private static final Pattern LINE = Pattern.compile("\\t(?:(?<name>.+?) => )?(?<path>.+?)(?: \\(0x[0-9a-f]+\\))?");

    private static final Pattern TRYING = Pattern.compile("trying file=(.*)");
    private static final Map<Path, Boolean> RUNS = new HashMap<>();

    private RealLoader() {}

    /**
     * A loader's result: its list, or that it refused.
     *
     * @param tried the paths that it tried, if it was told to report them
     */
    record Answer(int status, List<String> list, List<String> tried, String errors) {
        boolean refused() {
            return status != 0;
        }
    }

    /** Lists what a program loads, by starting it in the loader's trace mode; its own code does not run. */
    static Answer trace(Path program, Map<String, String> environment) throws IOException, InterruptedException {
        Map<String, String> all = new TreeMap<>(environment);
        all.put("LD_TRACE_LOADED_OBJECTS", "1");
        return run(List.of(program.toString()), all, program);
    }

    /** Lists what a library needs, by passing it to the loader in trace mode. */
    static Answer list(Path loader, Path library, Map<String, String> environment)
            throws IOException, InterruptedException {
        Map<String, String> all = new TreeMap<>(environment);
        all.put("LD_TRACE_LOADED_OBJECTS", "1");
        return run(List.of(loader.toString(), library.toString()), all, loader);
    }

    /** Whether the kernel can run this loader: the one for x32 needs a kernel with that ABI. */
    static boolean runs(Path loader) throws IOException, InterruptedException {
        Boolean known = RUNS.get(loader);
        if (known == null) {
            known = run(List.of(loader.toString(), "--version"), Map.of(), loader)
                            .status()
                    == 0;
            RUNS.put(loader, known);
        }
        return known;
    }

    static Answer run(List<String> command, Map<String, String> environment, Path loader)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile("loader", ".out");
        Path err = Files.createTempFile("loader", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(Path.of("/").toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().clear();
            builder.environment().putAll(environment);
            Process process;
            try {
                process = builder.start();
            } catch (IOException e) {
                return new Answer(126, List.of(), List.of(), String.valueOf(e.getMessage()));
            }
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
                return new Answer(-1, List.of(), List.of(), "did not end");
            }
            String text = new String(Files.readAllBytes(out), StandardCharsets.UTF_8);
            String errors = new String(Files.readAllBytes(err), StandardCharsets.UTF_8);
            List<String> tried = new ArrayList<>();
            Matcher m = TRYING.matcher(errors);
            while (m.find()) {
                tried.add(m.group(1));
            }
            return new Answer(process.exitValue(), parse(text, loader), tried, errors);
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Each line as {@code name => path}, without the vDSO; the loader itself as {@code loader}. */
    private static List<String> parse(String text, Path loader) {
        List<String> result = new ArrayList<>();
        for (String line : text.split("\n")) {
            Matcher m = LINE.matcher(line);
            if (!m.matches() || line.equals("\tstatically linked")) {
                continue;
            }
            String path = m.group("path");
            String name = m.group("name") == null ? path : m.group("name");
            if (name.startsWith("linux-vdso") || name.startsWith("linux-gate")) {
                continue;
            }
            result.add(
                    path.equals("not found")
                            ? name + " => not found"
                            : isLoader(path) || path.equals(loader.toString()) ? "loader" : name + " => " + path);
        }
        return result;
    }

    /** Our result in the same form. */
    static List<String> form(LinkMap map) {
        List<String> result = new ArrayList<>();
        for (LinkMap.Loaded o : map.objects()) {
            result.add(
                    o.path() == null
                            ? o.name() + " => not found"
                            : isLoader(o.path()) ? "loader" : o.name() + " => " + o.path());
        }
        return result;
    }

    /**
     * The paths that we tried, in order, if their directory exists in the tree: the loader skips directories that it
     * knows to be missing.
     */
    static List<String> tried(Closure closure) {
        List<String> result = new ArrayList<>();
        for (OpenRequest r : closure.requests()) {
            boolean searched = r.reason().requester() != null
                    && !r.reason().name().contains("/")
                    && r.reason().rule() != SearchRule.LOADED;
            if (searched) {
                r.refused().forEach(p -> result.add(p.path()));
                result.add(r.path());
            }
        }
        return result;
    }

    private static boolean isLoader(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.startsWith("ld-linux") || name.startsWith("ld-musl");
    }

    /** The processor of this machine, in the words of the loader's help. */
    static CpuProfile cpu(Path loader) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(loader.toString(), "--help")
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        List<String> named = new ArrayList<>();
        List<String> legacy = new ArrayList<>();
        String platform = null;
        boolean inLegacy = false;
        for (String line : text.split("\n")) {
            inLegacy |= line.startsWith("Legacy HWCAP");
            Matcher m = Pattern.compile("  (\\S+) \\((AT_PLATFORM; )?supported, searched\\)")
                    .matcher(line);
            if (!m.matches()) {
                continue;
            }
            if (m.group(2) != null) {
                platform = m.group(1);
            } else if (!inLegacy) {
                named.add(m.group(1));
            } else if (!m.group(1).equals("tls")) {
                // The help names the highest bit first.
                legacy.add(0, m.group(1));
            }
        }
        return new CpuProfile(named, platform, legacy);
    }
}
