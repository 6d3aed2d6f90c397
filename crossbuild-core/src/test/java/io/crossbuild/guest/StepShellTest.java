// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The guest's script for steps, run by this host's bash: one shell for each line, as in a build. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "it needs a bash as new as the guest's")
@Timeout(60)
class StepShellTest {
    private static final String MARK = "0123456789abcdef";

    @TempDir
    Path directory;

    private Path script;
    private Path own;
    private Path work;
    private Path proc;
    private String exports = "";
    private String at = "";
    private String output = "";
    private String begin = "";
    private List<String> running = List.of();
    private String secrets = "";

    @BeforeEach
    void prepare() throws Exception {
        own = Files.createDirectory(directory.resolve("own"));
        work = directory.resolve("work");
        Files.createDirectories(work.resolve("w"));
        at = work.toString();
        proc = Files.createDirectory(directory.resolve("proc"));
        String name = "/io/crossbuild/appliance/" + GuestScript.STEP_SHELL.fileName();
        try (InputStream in = GuestScript.class.getResourceAsStream(name)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            script = Files.writeString(
                    directory.resolve("step-shell"),
                    text.replace("/dev/crossbuild", own.toString()).replace("/proc/", proc + "/"));
        }
    }

    /** Runs a line in the state that the one before it left; a line that leaves none changes nothing. */
    private int run(String line, String... arguments) throws Exception {
        Process process = start(line, arguments);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        output = Files.readString(directory.resolve("output"));
        Path state = own.resolve("state");
        if (Files.exists(state)) {
            take(Files.readString(state));
            Files.delete(state);
        }
        return process.exitValue();
    }

    private Process start(String line, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("bash", "--noprofile", "--norc", script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder bash = new ProcessBuilder(command);
        bash.environment().clear();
        bash.environment().put("PATH", "/usr/bin:/bin");
        bash.redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile());
        Process process = bash.start();
        try (OutputStream in = process.getOutputStream()) {
            String input = exports + "\0" + at + "\0" + line + "\n\0" + MARK + "\0" + secrets;
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        return process;
    }

    private void take(String said) {
        StepExit exit = VirtualGuest.exit(0, said, MARK, Optional.empty());
        running = exit.running();
        exit.left().ifPresent(left -> {
            at = left.directory();
            exports = left.exports();
        });
        begin = exit.left().isEmpty() ? said : "";
    }

    /** What the next line sees. */
    private String next() throws Exception {
        run("echo \"${PWD##*/} ${V-none}\"");
        return output.strip();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "trap 'echo junk >STATE' EXIT; ", "(sleep 0.2; printf '/\\0x\\0' >STATE) & "})
    void whatALineWritesToThePipeOfTheStateChangesNothing(String more) throws Exception {
        Path state = own.resolve("state");
        assertThat(new ProcessBuilder("mkfifo", state.toString()).start().waitFor())
                .isZero();
        String junk = "echo junk >STATE; printf '/tmp\\0declare -x V=bad\\0' >STATE; ";
        try (RandomAccessFile pipe = new RandomAccessFile(state.toFile(), "rw")) {
            script = Files.writeString(script, Files.readString(script).replace("/proc/", "/no/"));
            Process bash = start((junk + more + "cd w; export V=good; wait").replace("STATE", state.toString()));
            assertThat(bash.waitFor(30, TimeUnit.SECONDS)).isTrue();
            FileInputStream in = new FileInputStream(pipe.getFD());
            byte[] said = new byte[in.available()];
            take(new String(said, 0, in.read(said), StandardCharsets.UTF_8));
        }
        Files.delete(state);
        assertThat(next()).isEqualTo("w good");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "set -efu", "shopt -s failglob nullglob", "trap 'echo bye' EXIT"})
    void processesThatStillRunAreNamed(String line) throws Exception {
        process(1, "inside) x", "S");
        process(70, "redis-server", "S");
        process(71, "(a) b", "R");
        process(72, "defunct", "Z");
        assertThat(run("mkdir " + proc + "/$$; echo \"$$ (bash) R 1\" >" + proc + "/$$/stat; " + line))
                .isZero();
        assertThat(running).containsExactlyInAnyOrder("redis-server", "(a) b");
        assertThat(next()).isEqualTo("work none");
    }

    private void process(int id, String name, String state) throws Exception {
        Files.writeString(
                Files.createDirectory(proc.resolve(String.valueOf(id))).resolve("stat"),
                id + " (" + name + ") " + state + " 1 1 1 0 -1\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "cd w; export V=1",
                "cd w; export V=1; exit",
                "cd w; export V=1; false; exit 0",
                "cd w; export V=1; return 0",
                "set -euo pipefail; cd w; export V=1",
                "set -u; export NO_VALUE; cd w; export V=1",
                "set -fC; IFS=w; cd w; export V=1",
                "cd w; export V=1; pwd() { echo no; }; declare() { :; }; trap() { :; }; printf() { :; }",
                "cd w; trap 'echo bye' EXIT; export V=1",
                "trap 'echo bye' 0; cd w; export V=1; exit",
                "cd w; trap 'echo bye' EXIT; export V=1; exit 0",
                "cd w; trap 'echo bye; exit 0' EXIT; export V=1; false",
                "cd w; trap 'echo bye; exit 0' EXIT; export V=1; exit 7",
                "cd w; trap 'trap - EXIT; echo bye; exit 0' EXIT; export V=1",
                "cd w; f() { echo bye; exit 0; }; trap f EXIT; export V=1",
                "cd w; f() { exit 0; }; trap 'echo bye' EXIT; export V=1; f",
                "cd w; trap \"echo 'bye'; # \\\\\" EXIT; export V=1",
                "cd w; trap 'echo bye \\' EXIT; export V=1",
                "cd w; trap 'echo bye' EXIT; trap 'echo bye' EXIT; export V=1; (exit 3); x=$(exit 4); exit 5 | exit 0",
                "cd w; trap '' EXIT; export V=1",
                "cd w; trap - EXIT; export V=1; exit 0",
                "trap 'cd w; export V=1; echo bye' EXIT",
                "trap 'cd w; export V=1; exit 0' EXIT",
                "set -euo pipefail; trap 'echo bye' EXIT; cd w; export V=1",
                "set -e; trap 'echo bye' EXIT; cd w; export V=1; exit",
                "set -o posix; trap 'echo bye' EXIT; cd w; export V=1",
                "trap 'echo error' ERR; cd w; export V=1; false; true",
                "set -E; trap 'echo error' ERR; cd w; export V=1; trap 'echo bye' EXIT; exit 0",
                "trap 'echo debug' DEBUG; cd w; export V=1",
                "set -T; trap 'echo debug' DEBUG; trap 'echo return' RETURN; cd w; export V=1; trap 'echo bye' EXIT",
                "shopt -s extdebug; cd w; export V=1; trap '[[ $BASH_COMMAND != rm* ]]' DEBUG; rm w",
                "trap 'echo return' RETURN; cd w; export V=1",
                "trap 'echo hup' HUP INT TERM; cd w; export V=1; kill -HUP $$",
            })
    void aLinesStateHoldsWhateverTrapsAndOptionsItSets(String line) throws Exception {
        assertThat(run(line)).isZero();
        assertThat(next()).as(output).isEqualTo("w 1");
    }

    @Test
    void anExitTrapRunsOnceAtTheEndOfItsLine() throws Exception {
        assertThat(run("V=5; cd w; trap 'echo \"bye $? $V ${PWD##*/}\"' EXIT; echo end; (exit 3)"))
                .isEqualTo(3);
        assertThat(output).isEqualTo("end\nbye 3 5 w\n");
        assertThat(run("trap 'echo \"bye $?\"' EXIT; echo end; exit 4; echo never"))
                .isEqualTo(4);
        assertThat(output).isEqualTo("end\nbye 4\n");
        assertThat(run("trap 'echo bye' EXIT; (echo inner; exit 2); echo end")).isZero();
        assertThat(output).isEqualTo("inner\nend\nbye\n");
        assertThat(run("echo next")).isZero();
        assertThat(output).isEqualTo("next\n");
    }

    @Test
    void theStatusOfAnExitTrapCounts() throws Exception {
        assertThat(run("trap 'exit 6' EXIT")).isEqualTo(6);
        assertThat(run("trap 'exit 6' EXIT; exit 0")).isEqualTo(6);
        assertThat(run("trap 'false; exit' EXIT; (exit 3)")).isEqualTo(3);
        assertThat(run("trap 'false' EXIT; true")).isZero();
        assertThat(run("set -e; trap 'echo bye' EXIT; false; echo never")).isEqualTo(1);
        assertThat(output).isEqualTo("bye\n");
    }

    @Test
    void aTrapOfASubshellIsItsOwn() throws Exception {
        assertThat(run("cd w; (trap 'echo sub' EXIT; cd /; export V=no; exit 3); export V=1"))
                .isZero();
        assertThat(output).isEqualTo("sub\n");
        assertThat(next()).isEqualTo("w 1");
    }

    @Test
    void aLineThatBecomesAnotherProgramLeavesTheStateBeforeIt() throws Exception {
        assertThat(run("cd w; export V=1")).isZero();
        assertThat(run("trap 'echo bye' EXIT; cd /; export V=2; exec true")).isZero();
        assertThat(output).isEmpty();
        assertThat(next()).isEqualTo("w 1");
    }

    @Test
    void aTracedLineBeginsAfterATickOfTheClock() throws Exception {
        makeSilence();
        Instant before = Instant.now();
        assertThat(run(": >first; exec true", "trace")).isZero();
        assertThat(begin).matches("\\d{16}\0");
        Instant after = Instant.EPOCH.plus(Long.parseLong(begin.strip().replace("\0", "")), ChronoUnit.MICROS);
        assertThat(after).isBetween(before, Instant.now());
        Instant first = Files.getLastModifiedTime(work.resolve("first")).toInstant();
        assertThat(first).isAfter(after);
        assertThat(exports).isEmpty();
    }

    private void makeSilence() throws Exception {
        String pipe = own.resolve("silence").toString();
        assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero();
    }

    @Test
    void aTracedLineSeesNoArgumentsAndNothingOfItsBeginning() throws Exception {
        makeSilence();
        assertThat(run("echo \"$# ${REPLY-none}\"; exec true", "trace")).isZero();
        assertThat(output).isEqualTo("0 none\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "echo \"$TOKEN\"; export V=1",
                "set -u; echo \"$TOKEN\"; export V=1; export TOKEN=else",
                "bash -c 'echo \"$TOKEN\"'; trap 'true' EXIT; export V=1; unset TOKEN",
                "bash -c 'echo \"$TOKEN\"'; export V=1; exit 0",
            })
    void aSecretsVariableIsThereForItsLineAlone(String line) throws Exception {
        assertThat(run("export TOKEN=before; touch _crossbuild_secretsT")).isZero();
        secrets = "TOKEN\0a \"b'\nc$\0OTHER\0\0";
        assertThat(run(line)).isZero();
        assertThat(output).isEqualTo("a \"b'\nc$\n");
        secrets = "";
        assertThat(exports).doesNotContain("TOKEN", "OTHER", "a \\\"b");
        assertThat(run("echo \"${TOKEN-none} $V\"; set | grep -c '[a] \"b' || true"))
                .isZero();
        assertThat(output).isEqualTo("none 1\n0\n");
    }

    @Test
    void theCodeAroundALineIsNotInItsTrace() throws Exception {
        run("set -x; true");
        assertThat(output).contains("+ true").doesNotContain("+ pwd", "_crossbuild_base");
        run("set -v; true");
        assertThat(output).doesNotContain("_crossbuild");
        run("trap 'echo error' ERR; set -E; true");
        assertThat(output).isEmpty();
    }
}
