// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectiveReaderTest {
    /** The text after the name. */
    private static final Map<String, String> ARGUMENTS =
            Map.of("copy", "a b", "cache", "/a", "always", "", "trace", "", "network", "none", "secret", "A");

    @Test
    void everyDirectiveHasANameAndEveryNameADirectiveOfItsOwn() throws Exception {
        assertThat(DirectiveReader.READERS.keySet()).isEqualTo(ARGUMENTS.keySet());
        List<Class<?>> read = new ArrayList<>();
        for (String name : DirectiveReader.READERS.keySet()) {
            Directive directive = DirectiveReader.read(7, name + " " + ARGUMENTS.get(name));
            assertThat(directive.getClass().getSimpleName().toLowerCase(Locale.ROOT))
                    .isEqualTo(name);
            assertThat(directive.line()).isEqualTo(7);
            read.add(directive.getClass());
        }
        assertThat(read).containsExactlyInAnyOrder(Directive.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @CsvSource({
        "TOKEN, TOKEN,",
        "my-server env=TOKEN, TOKEN,",
        "my-server target=/run/secrets/a, , /run/secrets/a",
        "9 target=~/.netrc, , /root/.netrc",
        "a.b target=/x/..y env=_A1, _A1, /x/..y",
    })
    void aSecretIsAVariableOrAFileOrBoth(String arguments, String variable, String file) throws Exception {
        assertThat(DirectiveReader.read(2, "secret " + arguments))
                .isEqualTo(new Directive.Secret(
                        2, arguments.split(" ")[0], Optional.ofNullable(variable), Optional.ofNullable(file)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "secret | directive 'secret' has no arguments (expected a name)",
                "secret a/b | 'a/b' cannot be a name",
                "secret -a | '-a' cannot be a name",
                "secret my-server | 'my-server' cannot be an environment variable (expected env=VARIABLE or target=FILE)",
                "secret A env=1 | '1' cannot be an environment variable",
                "secret A env= | '' cannot be an environment variable",
                "secret A env=_crossbuild_x | '_crossbuild_x' cannot be an environment variable",
                "secret A B | unexpected 'B' (expected env=VARIABLE or target=FILE, each at most once)",
                "secret A env=B env=C | unexpected 'env=C'",
                "secret A target=/a target=/b | unexpected 'target=/b'",
                "secret A target=a | 'a' cannot be a secret's file (expected a file such as /run/secrets/token or ~/.netrc)",
                "secret A target=/a/ | '/a/' cannot be a secret's file",
                "secret A target=/a/../b | '/a/../b' cannot be",
                "secret A target=/ | '/' cannot be",
                "secret A target=/proc/a | '/proc/a' cannot be",
                "secret A target=/dev/null | '/dev/null' cannot be",
            })
    void aSecretThatHasNoPlaceIsRefused(String directive, String problem) {
        assertThatThrownBy(() -> DirectiveReader.read(1, directive))
                .isInstanceOf(IllegalDirectiveException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void theOnlyNetworkOfALineIsNone() {
        for (String text : List.of("network lan", "network full", "network NONE")) {
            assertThatThrownBy(() -> DirectiveReader.read(1, text))
                    .isInstanceOf(IllegalDirectiveException.class)
                    .hasMessage("directive 'network': '" + text.split(" ")[1] + "' (expected none)");
        }
        assertThatThrownBy(() -> DirectiveReader.read(1, "network"))
                .hasMessage("directive 'network' has 0 arguments (expected 1)");
    }

    @Test
    void aNameThatIsNoneIsRefusedAndNeverTakenForAnother() {
        for (String name : List.of("alwayss", "Always", "ALWAYS", "caches", "never")) {
            assertThatThrownBy(() -> DirectiveReader.read(1, name))
                    .isInstanceOf(IllegalDirectiveException.class)
                    .hasMessageStartingWith("unknown directive '" + name
                            + "' (expected one of always, cache, copy, network, secret, trace)");
        }
    }
}
