// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TerminalTextTest {
    @Test
    void coloursTitlesAndControlCharactersGoAndTabsStay() {
        assertThat(TerminalText.plain("\u001b[1;31merror\u001b[0m\tat\u0008 \u001b]0;title\u0007line\u001b[2K"))
                .isEqualTo("error\tat line");
    }

    @Test
    void textOfAnyScriptStays() {
        assertThat(TerminalText.plain("grüße 日本 [ok]")).isEqualTo("grüße 日本 [ok]");
    }
}
