// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineSplitterTest {
    private final List<String> lines = new ArrayList<>();
    private final LineSplitter splitter = LineSplitter.to(lines::add);

    @Test
    void eachLineIsPassedOnAsSoonAsItEnds() {
        write("a\nb");
        assertThat(lines).containsExactly("a");
        write("c\n\n");
        assertThat(lines).containsExactly("a", "bc", "");
    }

    @Test
    void theRestIsPassedOnAtTheEnd() {
        write("a\nrest");
        splitter.end();
        assertThat(lines).containsExactly("a", "rest");
    }

    @Test
    void anOutputThatEndsWithALineEndHasNoEmptyLineAfterIt() {
        write("a\n");
        splitter.end();
        assertThat(lines).containsExactly("a");
    }

    @Test
    void carriageReturnAndLineFeedAreOneLineEnd() {
        write("a\r");
        write("\nb\r\n\r\n");
        assertThat(lines).containsExactly("a", "b", "");
    }

    @Test
    void onlyTheLastStateOfAProgressBarIsPassedOn() {
        write("0%\r50%\r");
        write("100%\ndone\n");
        assertThat(lines).containsExactly("100%", "done");
    }

    @Test
    void aProgressBarWithoutALineEndIsPassedOnAtTheEnd() {
        write("0%\r50%\r");
        splitter.end();
        assertThat(lines).containsExactly("50%");
    }

    @Test
    void anEndlessProgressBarDoesNotGrow() {
        for (int i = 0; i < 100_000; i++) {
            write(i + "%\r");
        }
        assertThat(lines).isEmpty();
        splitter.end();
        assertThat(lines).containsExactly("99999%");
    }

    @Test
    void aCharacterMayComeInPieces() {
        byte[] bytes = "grün €𝄞\n".getBytes(StandardCharsets.UTF_8);
        for (byte b : bytes) {
            splitter.write(new byte[] {b}, 0, 1);
        }
        assertThat(lines).containsExactly("grün €𝄞");
    }

    @Test
    void bytesThatAreNoUtf8BecomeReplacementCharacters() {
        splitter.write(new byte[] {'a', (byte) 0xFF, 'b', '\n', (byte) 0xE2, (byte) 0x82}, 0, 6);
        splitter.end();
        assertThat(lines).containsExactly("a\uFFFDb", "\uFFFD");
    }

    @Test
    void aLongLineIsPassedOnInPieces() {
        write("x".repeat(3 * LineSplitter.MAX_LINE_LENGTH + 5) + "\n");
        assertThat(lines).hasSize(4).last().isEqualTo("xxxxx");
        assertThat(String.join("", lines)).hasSize(3 * LineSplitter.MAX_LINE_LENGTH + 5);
    }

    @Test
    void aLongLineIsNotSplitInsideACharacter() {
        write("x".repeat(LineSplitter.MAX_LINE_LENGTH - 1) + "𝄞\n");
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).endsWith("𝄞");
    }

    @Test
    void aLargePieceIsTakenWhole() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            text.append("line ").append(i).append(" ä\n");
        }
        write(text.toString());
        assertThat(lines).hasSize(10_000).endsWith("line 9999 ä");
    }

    private void write(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        splitter.write(bytes, 0, bytes.length);
    }
}
