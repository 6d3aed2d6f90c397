// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptLineTest {
    private static Optional<ScriptLine> parse(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ScriptLine.parse(Arrays.copyOf(bytes, Math.min(bytes.length, ScriptLine.MAX_BYTES)));
    }

    @Test
    void theRestOfTheLineIsOneArgument() {
        assertThat(parse("#! \t/bin/sh  -e -x \nrest")).contains(new ScriptLine("/bin/sh", "-e -x"));
        assertThat(parse("#!/bin/sh")).contains(new ScriptLine("/bin/sh", ""));
        assertThat(parse("#!/bin/sh\0-e\n")).contains(new ScriptLine("/bin/sh", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "#", "#!", "#!\n", "#!   \n", " #!/bin/sh\n", "text"})
    void aFileWithoutAnInterpreterIsNotAScript(String text) {
        assertThat(parse(text)).isEmpty();
    }

    @Test
    void anInterpreterThatMayContinueAfterWhatTheKernelReadsIsRefused() {
        assertThat(parse("#!/" + "a".repeat(300) + "\n")).isEmpty();
        assertThat(parse("#!/bin/sh " + "a".repeat(300) + "\n")).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "node                              | node",
                "-S node --flag                    | node",
                "-Snode --flag                     | node",
                "-vS node                          | node",
                "--split-string=python3 -E         | python3",
                "-S -i -u HOME A=1 B=2 python3 -E  | python3",
                "-S \"my tool\" x                  | my tool",
                "-S my\\ tool x                    | my tool"
            })
    void envRunsItsFirstWordThatIsNoOptionAndNoVariable(String argument, String name) {
        assertThat(new ScriptLine("/usr/bin/env", argument).envCommand())
                .map(ScriptLine.EnvCommand::name)
                .contains(name);
    }

    @Test
    void envWithoutACommandRunsNothing() {
        assertThat(new ScriptLine("/usr/bin/env", "").envCommand()).isEmpty();
        assertThat(new ScriptLine("/usr/bin/env", "-S A=1").envCommand()).isEmpty();
    }

    @Test
    void envTakesThePathThatTheLineSets() {
        assertThat(new ScriptLine("/usr/bin/env", "-S PATH=/opt:/bin node").envCommand())
                .contains(new ScriptLine.EnvCommand("node", "/opt:/bin"));
    }
}
