// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.CpuProfile;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.closure.StartProblem;
import io.crossbuild.oracle.Oracles;
import io.crossbuild.tree.HostFileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A directory of small programs and libraries made with gcc, in which our result is compared with that of the real
 * loader. Names are relative to the directory, which is written "@" in search paths.
 */
final class Lab {
    static final Path GLIBC = Path.of("/lib64/ld-linux-x86-64.so.2");
    private static final Path STUBS = Path.of(".stubs");

    private final Path directory;
    private final CpuProfile cpu;
    private final RealSystem real;
    private int files;

    /** Where the real loader runs. */
    interface RealSystem {
        /** The directory's path as programs see it. */
        String prefix(Path directory);

        /** The tree in which we resolve. */
        Path tree(Path directory);

        /** {@code PT_INTERP} of the programs. */
        String interpreter();

        RealLoader.Answer list(Path directory, String program, Map<String, String> environment)
                throws IOException, InterruptedException;
    }

    Lab(Path directory, RealSystem real) throws IOException, InterruptedException {
        this.directory = directory.toRealPath();
        this.real = real;
        this.cpu = RealLoader.cpu(GLIBC);
    }

    /** Programs that use the machine's own glibc. */
    static Lab glibc(Path directory) throws IOException, InterruptedException {
        return new Lab(directory, new RealSystem() {
            @Override
            public String prefix(Path dir) {
                return dir.toString();
            }

            @Override
            public Path tree(Path dir) {
                return Path.of("/");
            }

            @Override
            public String interpreter() {
                return GLIBC.toString();
            }

            @Override
            public RealLoader.Answer list(Path dir, String program, Map<String, String> environment)
                    throws IOException, InterruptedException {
                return RealLoader.trace(dir.resolve(program), environment);
            }
        });
    }

    CpuProfile cpu() {
        return cpu;
    }

    Path path(String name) {
        return directory.resolve(name);
    }

    /** The name as programs see it. */
    String seen(String name) {
        return real.prefix(directory) + "/" + name;
    }

    ObjectFile library(String name) {
        return new ObjectFile(name, true);
    }

    ObjectFile program(String name) {
        return new ObjectFile(name, false);
    }

    void link(String name, String target) throws IOException {
        Files.createDirectories(path(name).getParent());
        Files.createSymbolicLink(path(name), Path.of(target.replace("@", real.prefix(directory))));
    }

    void hardLink(String name, String existing) throws IOException {
        Files.createDirectories(path(name).getParent());
        Files.createLink(path(name), path(existing));
    }

    void text(String name, String content) throws IOException {
        Files.createDirectories(path(name).getParent());
        Files.writeString(path(name), content);
    }

    void directory(String name) throws IOException {
        Files.createDirectories(path(name));
    }

    /** Changes one byte of a file. */
    void patch(String name, int offset, int value) throws IOException {
        byte[] content = Files.readAllBytes(path(name));
        content[offset] = (byte) value;
        Files.write(path(name), content);
    }

    /** What the program loads as both report, in order, with names relative to the directory. */
    List<String> agreed(String program, Map<String, String> environment) throws Exception {
        Map<String, String> telling = new HashMap<>(environment(environment));
        telling.put("LD_DEBUG", "libs");
        RealLoader.Answer expected = real.list(directory, program, telling);
        Closure closure = closure(program, environment);
        assertThat(closure.linkMaps()).isNotEmpty();
        List<String> found = RealLoader.form(closure.linkMaps().get(0));
        assertThat(found)
                .as("what the loader lists; it wrote '%s'", expected.errors().trim())
                .isEqualTo(expected.list());
        if (closure.missing().isEmpty() && closure.skipped().isEmpty()) {
            assertThat(inDirectories(RealLoader.tried(closure)))
                    .as("what the loader tries")
                    .isEqualTo(inDirectories(expected.tried()));
        }
        return relative(found);
    }

    /** Like {@link #agreed}, for a loader that does not report what it tries. */
    List<String> agreedWithoutLoader(String program, Map<String, String> environment) throws Exception {
        RealLoader.Answer expected = real.list(directory, program, environment(environment));
        Closure closure = closure(program, environment);
        assertThat(closure.linkMaps()).isNotEmpty();
        List<String> found = without(RealLoader.form(closure.linkMaps().get(0)));
        assertThat(found)
                .as("what the loader lists; it wrote '%s'", expected.errors().trim())
                .isEqualTo(without(expected.list()));
        return relative(found);
    }

    private static List<String> without(List<String> list) {
        return list.stream().filter(l -> !l.equals("loader")).toList();
    }

    private List<String> inDirectories(List<String> paths) {
        return paths.stream()
                .filter(p -> Files.isDirectory(Path.of(real.tree(directory) + LoadedObject.directory(p))))
                .toList();
    }

    List<String> agreed(String program) throws Exception {
        return agreed(program, Map.of());
    }

    /** The problems that we report when the real loader refuses to start the program. */
    List<String> refused(String program, Map<String, String> environment) throws Exception {
        RealLoader.Answer expected = real.list(directory, program, environment(environment));
        assertThat(expected.refused())
                .as("the loader refuses, but lists %s", expected.list())
                .isTrue();
        List<StartProblem> problems = closure(program, environment).problems();
        assertThat(problems).isNotEmpty();
        return relative(
                problems.stream().map(p -> p.kind() + ": " + p.message()).collect(Collectors.toList()));
    }

    List<String> refused(String program) throws Exception {
        return refused(program, Map.of());
    }

    Closure closure(String program, Map<String, String> environment, String... addons) throws Exception {
        LoaderOptions options =
                LoaderOptions.ofEnvironment(environment(environment)).withCpu(cpu);
        try (HostFileTree tree = HostFileTree.open(real.tree(directory))) {
            return new ClosureResolver(tree, options)
                    .resolve(
                            seen(program), Arrays.stream(addons).map(this::seen).toList());
        }
    }

    /** For every processor, not only that of this machine. */
    Closure portableClosure(String program) throws Exception {
        try (HostFileTree tree = HostFileTree.open(real.tree(directory))) {
            return new ClosureResolver(tree, LoaderOptions.defaults()).resolve(seen(program), List.of());
        }
    }

    private Map<String, String> environment(Map<String, String> environment) {
        return environment.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().replace("@", real.prefix(directory))));
    }

    List<String> relative(List<String> texts) {
        if (real.prefix(directory).isEmpty()) {
            return texts;
        }
        return texts.stream()
                .map(t -> t.replace(real.prefix(directory) + "/", ""))
                .toList();
    }

    /** The opened paths with any of the given rules, relative to the directory. */
    List<String> opened(Closure closure) {
        return relative(closure.files().stream().map(OpenedFile::path).toList());
    }

    /** An object file to be built. */
    final class ObjectFile {
        private final String name;
        private final boolean shared;
        private final List<String> needed = new ArrayList<>();
        private final List<String> options = new ArrayList<>();
        private String compiler = "gcc";
        private String source;
        private String soname = "";
        private boolean startFiles;

        ObjectFile(String name, boolean shared) {
            this.name = name;
            this.shared = shared;
            this.source = shared ? "" : "void _start(void) {}";
        }

        ObjectFile soname(String value) {
            soname = value;
            return this;
        }

        /** Names for {@code DT_NEEDED}, in order; a dollar sign is not special. */
        ObjectFile needs(String... names) {
            needed.addAll(List.of(names));
            return this;
        }

        ObjectFile runpath(String value) {
            return option("-Wl,--enable-new-dtags").option("-Wl,-rpath," + value);
        }

        ObjectFile rpath(String value) {
            return option("-Wl,--disable-new-dtags").option("-Wl,-rpath," + value);
        }

        ObjectFile option(String value) {
            options.add(value.replace("@", real.prefix(directory)));
            return this;
        }

        ObjectFile source(String c) {
            source = c;
            return this;
        }

        /** With the C library and its start files. */
        ObjectFile withLibc(String withCompiler, String c) {
            compiler = withCompiler;
            source = c;
            startFiles = true;
            return this;
        }

        void make() throws Exception {
            Path out = path(name);
            Files.createDirectories(out.getParent());
            Path work = Files.createDirectories(directory.resolve(STUBS));
            Path c = work.resolve("s" + files++ + ".c");
            Files.writeString(c, source);
            List<String> command = new ArrayList<>(List.of(compiler, "-o", out.toString(), c.toString()));
            if (!startFiles) {
                command.addAll(List.of("-nostdlib", "-nostartfiles"));
            }
            command.addAll(shared ? List.of("-shared", "-fPIC") : List.of("-pie", "-fPIE"));
            if (!shared && !startFiles) {
                command.add("-Wl,-dynamic-linker," + real.interpreter());
            }
            if (!soname.isEmpty()) {
                command.add("-Wl,-soname," + soname.replace("@", real.prefix(directory)));
            }
            command.addAll(List.of("-Wl,--unresolved-symbols=ignore-all", "-Wl,--no-as-needed"));
            for (String n : needed) {
                command.add(stub(n.replace("@", real.prefix(directory))).toString());
            }
            command.addAll(options);
            execute(command);
        }

        /** A library whose soname is the name for {@code DT_NEEDED}. */
        private Path stub(String neededName) throws Exception {
            boolean narrow = options.contains("-m32");
            Path stub = directory.resolve(STUBS).resolve("lib" + files++ + ".so");
            List<String> command = new ArrayList<>(
                    List.of("gcc", "-shared", "-nostdlib", "-o", stub.toString(), "-x", "c", "/dev/null"));
            command.add("-Wl,-soname," + neededName);
            if (narrow) {
                command.add("-m32");
            }
            execute(command);
            return stub;
        }
    }

    static String execute(List<String> command) throws IOException, InterruptedException {
        return execute(command, 60);
    }

    static String execute(List<String> command, int seconds) throws IOException, InterruptedException {
        Path log = Files.createTempFile("lab", ".log");
        try {
            Process process = Oracles.process(command)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            assertThat(process.waitFor(seconds, TimeUnit.SECONDS))
                    .as("%s ends", command)
                    .isTrue();
            String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
            assertThat(process.exitValue()).as("%s: %s", command, text).isZero();
            return text;
        } finally {
            Files.delete(log);
        }
    }
}
