// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LastLinesTest {
    @Test
    void onlyTheLastLinesAreKept() {
        LastLines lines = new LastLines(2);
        assertThat(lines.indented()).isEmpty();
        lines.add("a");
        lines.add("b");
        lines.add("c");
        assertThat(lines.lines()).containsExactly("b", "c");
        assertThat(lines.indented()).isEqualTo("\n  b\n  c");
        lines.clear();
        assertThat(lines.lines()).isEmpty();
    }

    @Test
    void aMessageRepeatsTwentyOfThem() {
        assertThat(LastLines.indented(
                        IntStream.range(0, 30).mapToObj(Integer::toString).toList()))
                .startsWith("\n  10\n")
                .endsWith("\n  29");
    }
}
