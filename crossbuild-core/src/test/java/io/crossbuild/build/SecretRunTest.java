// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.StepFailedException;
import io.crossbuild.spec.Secrets;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lines that get secrets: what they see, and that nothing else does. */
@Timeout(60)
class SecretRunTest {
    private static final String VALUE = "hunter2/hunter2";

    @TempDir
    Path directory;

    private TestBuild build;

    @BeforeEach
    void open() throws Exception {
        build = new TestBuild(directory);
        build.withSecrets(Secrets.of(Map.of("TOKEN", VALUE, "other", "second-secret")));
    }

    @AfterEach
    void nothingHasTheValue() throws Exception {
        build.assertNothingIsLeft();
        assertThat(build.story().lines()).noneMatch(line -> line.contains("hunter2") || line.contains("second-"));
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain("hunter2", "second-");
            }
        }
    }

    @Test
    void aLineGetsItsSecretsAndTheNextLinesDoNot() throws Exception {
        String first = "#@ secret TOKEN\n#@ secret other target=/run/secrets/o\nenv && cat /run/secrets/o\n";
        build.build(first + "env\n");
        assertThat(build.story().lines("out")).containsExactly("out 1: TOKEN=***", "out 1: ***");
        assertThatThrownBy(() -> build.build(first + "cat /run/secrets/o\n"))
                .hasMessageContaining("cat: /run/secrets/o: No such file or directory");
    }

    @Test
    void outputIsMaskedInTheLogInEventsAndInMessages() throws Exception {
        StepFailedException failure = catchThrowableOfType(
                StepFailedException.class,
                () -> build.build("#@ secret TOKEN env=T\necho a $T && warn https://x:$T@y/ && exit 3\n"));
        assertThat(failure).hasMessageEndingWith("ended with status 3 (expected 0)\n  a ***\n  https://x:***@y/");
        assertThat(build.story().lines("out", "err")).containsExactly("out 1: a ***", "err 1: https://x:***@y/");
        assertThat(Files.readString(build.log())).contains("a ***\nhttps://x:***@y/\n");
    }

    @Test
    void aSecretBetweenTerminalSequencesIsMasked() throws Exception {
        build.build("#@ secret TOKEN env=T\necho \u001b[1m$T\u001b[0m\n");
        build.withSecrets(Secrets.of(Map.of("TOKEN", "hunter2")));
        build.build("#@ secret TOKEN env=T\necho $T h\u001b[1mun\u001b[0mt\u0007er2\n");
        assertThat(build.story().lines("out")).containsExactly("out 1: ***", "out 1: *** ***");
        // It is the text of the line, which is no output.
        Files.delete(build.buildFile());
    }

    @Test
    void outputOfALaterLineIsMaskedToo() throws Exception {
        String text = "#@ secret TOKEN\necho $TOKEN\n";
        build.build(text);
        build.build(text + "#@ secret other\necho $other\n");
        assertThat(build.story().lines("out")).containsExactly("out 1: ***", "out 2: ***");
    }

    @Test
    void aMissingSecretIsAnErrorBeforeAnyMachineStarts() throws Exception {
        assertThatThrownBy(
                        () -> build.build("echo 1\n#@ secret MISSING\n#@ secret EMPTY env=E\n#@ secret TOKEN\nenv\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("Cannot use '" + build.buildFile() + "': 2 problems\n"
                        + "  line 2: secret 'MISSING' has no value (expected one)\n"
                        + "  line 3: secret 'EMPTY' has no value (expected one)")
                .satisfies(e -> assertThat(((ConfigException) e).advice())
                        .containsExactly(AdviceKey.GIVE_SECRET.advice("name", "MISSING")));
        assertThat(build.guests().count()).isZero();
        assertThat(build.layers()).isZero();
    }

    @Test
    void aLineWithALayerNeedsNoSecretAndAnotherValueChangesNothing() throws Exception {
        String text = "#@ secret TOKEN\necho one\n";
        build.build(text);
        build.withSecrets(Secrets.of(Map.of("TOKEN", "another-value")));
        assertThat(build.build(text).stepsRun()).isZero();
        build.withSecrets(Secrets.from(name -> {
            throw new ConfigException("settings.xml", List.of("cannot be decrypted"), null);
        }));
        assertThat(build.held(text)).isPresent();
        assertThat(build.build(text + "echo two\n").stepsRun()).isOne();
        assertThatThrownBy(() -> build.build("#@ secret TOKEN env=X\necho one\n"))
                .hasMessage("Cannot use 'settings.xml': cannot be decrypted");
    }

    @ParameterizedTest
    @ValueSource(strings = {"export A=Bearer $TOKEN", "cd /$TOKEN"})
    void aLineThatHandsASecretOnFails(String line) throws Exception {
        StepFailedException failure = failure("echo 1\n#@ secret TOKEN\n" + line);
        assertThat(failure)
                .hasMessage("Line 3 of '" + build.buildFile() + "' failed: '" + line
                        + "' left secret 'TOKEN' in an exported variable or the working directory (expected it in"
                        + " neither)");
        assertThat(failure.advice()).containsExactly(AdviceKey.KEEP_SECRET_IN_MEMORY.advice());
        assertThat(build.layers()).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\ntrue"})
    void aLineThatWritesASecretToTheDiskFails(String more) throws Exception {
        StepFailedException failure =
                failure("echo 1\n#@ cache /c\n#@ secret TOKEN\nwrite /c/a 1 && write /a x$TOKEN" + more);
        assertThat(failure)
                .hasMessage("Line 4 of '" + build.buildFile() + "' failed: 'write /c/a 1 && write /a x$TOKEN' wrote"
                        + " secret 'TOKEN' to the disk (expected it only in memory)");
        assertThat(failure.advice()).containsExactly(AdviceKey.KEEP_SECRET_IN_MEMORY.advice());
        assertThat(build.layers()).isOne();
        assertThat(build.story().lines("finished")).containsExactly("finished 1/" + (more.isEmpty() ? 2 : 3));
        LayeredDisk disk = build.build("echo 1\n#@ cache /c\ncat /c/a");
        assertThat(disk.stepsRun()).isOne();
        assertThat(build.story().lines("out 2")).contains("out 2: 1");
    }

    private StepFailedException failure(String text) {
        return catchThrowableOfType(StepFailedException.class, () -> build.build(text));
    }
}
