// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.BuildRequest;
import io.crossbuild.Crossbuild;
import io.crossbuild.ExtractionSummary;
import io.crossbuild.HostOptions;
import io.crossbuild.PrintingListener;
import io.crossbuild.RunRequest;
import io.crossbuild.config.BuildConfig;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.spec.MachineOptions;
import io.crossbuild.spec.ProgramStreams;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Many programs of many packages, extracted by name alone, answer in a machine of their own as they do in the guest.
 * Takes half an hour; the table goes to target/programs.md, and from there to docs/programs.md.
 */
@EnabledIfSystemProperty(named = "crossbuild.it.sweep", matches = "true")
class ProgramSweepIT {
    private static final Map<String, String> ENV =
            Map.of("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME", "/root");
    /** Programs that only suggest what they need, for their real use. */
    private static final List<String> DATA =
            List.of("hunspell-en-us", "aspell-en", "tesseract-ocr-eng", "ca-certificates", "fonts-dejavu-core");

    private final Path directory = Project.empty("sweep").directory();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream events = new PrintStream(printed, true, StandardCharsets.UTF_8);
    private final List<String> table = new ArrayList<>();

    ProgramSweepIT() throws IOException {}

    @Test
    void everyProgramPrintsItsVersionAndNearlyAllWork() throws Exception {
        List<SweptProgram> programs = SweptProgram.all();
        Crossbuild crossbuild =
                Crossbuild.open(HostOptions.defaults().withHome(Settings.sharedHome()), PrintingListener.to(events));
        BuildRequest build = request(programs);
        crossbuild.build(build);
        table.add("| program | package | files | MB | version | use |");
        table.add("|---|---|---:|---:|---|---|");
        int versions = 0;
        int wrongVersions = 0;
        int uses = 0;
        List<String> silent = new ArrayList<>();
        for (SweptProgram program : programs) {
            printed.reset();
            BuildConfig config = BuildConfig.EMPTY.withProgram(program.path()).withEnv(ENV);
            Path root = directory.resolve("roots").resolve(program.name());
            BuildRequest extraction = BuildRequest.of(build.environment(), build.buildFile(), config, root)
                    .withMachine(build.machine());
            String version = "none";
            String use;
            String size = "| |";
            try {
                ExtractionSummary extracted = crossbuild.extract(extraction);
                size = extracted.files() + " | " + String.format(Locale.ROOT, "%.1f", extracted.bytes() / 1e6);
                RunRequest run = RunRequest.of(extraction);
                if (program.version() != null) {
                    version = compare(crossbuild, run, program, program.version(), "", "version");
                }
                use = compare(crossbuild, run, program, program.use(), program.input(), "use");
            } catch (CrossbuildException e) {
                use = "not extracted: " + e.getMessage();
            }
            versions += version.equals("none") ? 0 : 1;
            wrongVersions += version.equals("none") || version.equals("same") ? 0 : 1;
            uses += use.equals("same") ? 1 : 0;
            boolean told = printed.toString(StandardCharsets.UTF_8).contains("looked for in vain");
            boolean right = use.equals("same") && (version.equals("same") || version.equals("none"));
            if (!right && !told) {
                silent.add(program.name());
            }
            table.add("| " + program.name() + " | " + program.debianPackage() + " | " + size + " | " + version + " | "
                    + use + " |");
            Files.write(Settings.work().resolveSibling("programs.md"), table);
        }
        assertThat(versions).isGreaterThanOrEqualTo(40);
        assertThat(wrongVersions).as(String.join("\n", table)).isZero();
        assertThat(uses).as(String.join("\n", table)).isGreaterThanOrEqualTo(programs.size() * 9 / 10);
        assertThat(silent).as(String.join("\n", table)).isEmpty();
    }

    /** Lets the guest answer first, with a script that is copied into it. */
    private BuildRequest request(List<SweptProgram> programs) throws Exception {
        StringBuilder script = new StringBuilder("mkdir -p /root/answers /root/inputs; cd /\n");
        for (SweptProgram program : programs) {
            String input = directory.resolve("inputs").resolve(program.name()).toString();
            Files.createDirectories(Path.of(input).getParent());
            Files.writeString(Path.of(input), program.input());
            if (program.version() != null) {
                ask(script, program, program.version(), "/dev/null", "version");
            }
            ask(script, program, program.use(), "/root/inputs/" + program.name(), "use");
        }
        Files.writeString(directory.resolve("ask.sh"), script);
        Path lines = Files.writeString(
                directory.resolve("build.txt"),
                "#@ copy inputs /root/inputs\n#@ copy ask.sh /root/ask.sh\nsh /root/ask.sh\n");
        List<String> packages = new ArrayList<>(DATA);
        programs.forEach(p -> packages.add(p.debianPackage()));
        EnvironmentSpec environment = EnvironmentSpec.of("trixie").withPackages(packages);
        MachineOptions machine =
                MachineOptions.defaults().withDiskSizeBytes(8L << 30).withStepTimeout(Duration.ofHours(1));
        return BuildRequest.of(environment, lines, BuildConfig.EMPTY.withDirs("answers"), directory.resolve("answers"))
                .withMachine(machine);
    }

    private static void ask(StringBuilder script, SweptProgram program, String arguments, String input, String what) {
        String answer = "/root/answers/" + program.name() + "." + what;
        script.append("env -i PATH=").append(ENV.get("PATH")).append(" HOME=/root timeout 300 ");
        script.append(program.path()).append(' ').append(arguments).append(" <").append(input);
        script.append(" >").append(answer).append(" 2>").append(answer).append(".errors");
        script.append("; echo $? >").append(answer).append(".status\n");
    }

    private String compare(
            Crossbuild crossbuild, RunRequest run, SweptProgram program, String arguments, String input, String what)
            throws CrossbuildException, IOException, InterruptedException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        RunRequest request = run.withConfig(
                run.config().withArgs(SweptProgram.words(arguments).toArray(new String[0])));
        int status = crossbuild
                .run(
                        request,
                        ProgramStreams.to(output, errors)
                                .withInput(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8))))
                .status();
        Path answer = directory.resolve("answers/answers").resolve(program.name() + "." + what);
        String wanted = Files.readString(answer.resolveSibling(answer.getFileName() + ".status"))
                .strip();
        Stream<String> differences = Stream.of(
                difference(wanted, String.valueOf(status)),
                difference(normal(Files.readAllBytes(answer)), normal(output.toByteArray())),
                difference(
                        normal(Files.readAllBytes(answer.resolveSibling(answer.getFileName() + ".errors"))),
                        normal(errors.toByteArray())));
        return differences.filter(d -> !d.isEmpty()).findFirst().orElse("same");
    }

    /** Without times, addresses and process ids, which differ between two runs in one place, too. */
    private static String normal(byte[] text) {
        return new String(text, StandardCharsets.ISO_8859_1)
                .replaceAll("after \\d+ ms", "after N ms")
                .replaceAll("0x[0-9a-f]{6,}", "N")
                .replaceAll("\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?", "N")
                .replaceAll("\\[\\d+\\]", "N")
                .strip();
    }

    private static String difference(String wanted, String found) {
        if (wanted.equals(found)) {
            return "";
        }
        String[] expected = wanted.split("\n", -1);
        String[] lines = found.split("\n", -1);
        int i = 0;
        while (i < expected.length && i < lines.length && expected[i].equals(lines[i])) {
            i++;
        }
        return "`" + (i < lines.length ? lines[i] : "") + "` instead of `" + (i < expected.length ? expected[i] : "")
                + "`";
    }
}
