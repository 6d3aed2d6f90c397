// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DirectiveReaderTest {
    /** The text after the name. */
    private static final Map<String, String> ARGUMENTS =
            Map.of("copy", "a b", "cache", "/a", "always", "", "trace", "", "network", "none");

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
                    .hasMessageStartingWith(
                            "unknown directive '" + name + "' (expected one of always, cache, copy, network, trace)");
        }
    }
}
