// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.event;

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

    @Test
    void guestsCannotSendSequencesToTheTerminal() {
        assertThat(TerminalText.plain("\u001b[1;31mred\u001b[0m \u001b]0;title\u0007text\u001b(B\u001b[2K\u0008\ttab"))
                .isEqualTo("red text\ttab");
        assertThat(TerminalText.plain("\u001b]52;c;never ended")).isEmpty();
        assertThat(TerminalText.plain("\u009b31mx")).isEqualTo("31mx");
    }

    @Test
    void whatChangesTheDirectionOrHidesIsShown() {
        assertThat(TerminalText.plain("a\u202etxt.exe\u2066b\u200f\u061c\ufeff\u2028c"))
                .isEqualTo("a<U+202E>txt.exe<U+2066>b<U+200F><U+061C><U+FEFF><U+2028>c");
        // Letters of the block "Tags" look like nothing.
        assertThat(TerminalText.plain("\udb40\udc41")).isEqualTo("<U+E0041>");
        assertThat(TerminalText.plain("\udc9b31m")).isEqualTo("\\x9B31m");
        String family = "\ud83d\udc68\u200d\ud83d\udc69";
        assertThat(TerminalText.plain(family)).isEqualTo(family);
    }

    @Test
    void progressBarsShowTheirLastState() {
        assertThat(TerminalText.plain("10%\r50%\r100%\r")).isEqualTo("100%");
        assertThat(TerminalText.plain("  indented  ")).isEqualTo("  indented");
        assertThat(TerminalText.plain("")).isEmpty();
    }

    @Test
    void namesAreShownWithEscapes() {
        assertThat(TerminalText.visible("lib\u00fcber+1.so")).isEqualTo("lib\u00fcber+1.so");
        assertThat(TerminalText.visible("a\u001b[2J\r\n\u202eb\udc9b\u009b\u200d"))
                .isEqualTo("a\\x1B[2J\\x0D\\x0A<U+202E>b\\x9B\\x9B<U+200D>");
    }
}
