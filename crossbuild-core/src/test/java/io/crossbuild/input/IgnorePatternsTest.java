// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.crossbuild.error.ConfigException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class IgnorePatternsTest {
    @Test
    void aNameCountsAtEveryDepthAndAPathFromTheTop() throws Exception {
        IgnorePatterns patterns = patterns("*.o", "/build", "doc/*.txt");

        assertThat(patterns.isIgnored("a.o", false)).isTrue();
        assertThat(patterns.isIgnored("src/deep/a.o", false)).isTrue();
        assertThat(patterns.isIgnored("build", true)).isTrue();
        assertThat(patterns.isIgnored("src/build", true)).isFalse();
        assertThat(patterns.isIgnored("doc/a.txt", false)).isTrue();
        assertThat(patterns.isIgnored("doc/sub/a.txt", false)).isFalse();
    }

    @Test
    void theLastPatternThatMatchesDecides() throws Exception {
        IgnorePatterns patterns = patterns("*.log", "!keep.log", "/old/keep.log");

        assertThat(patterns.isIgnored("a.log", false)).isTrue();
        assertThat(patterns.isIgnored("keep.log", false)).isFalse();
        assertThat(patterns.isIgnored("old/keep.log", false)).isTrue();
    }

    @Test
    void commentsBlankLinesAndTrailingSpacesSayNothing() throws Exception {
        IgnorePatterns patterns = patterns("# a", "", "   ", "b  ", "\\#c", "\\!d", "e\\ ", "f\r");

        assertThat(List.of("b", "#c", "!d", "e ", "f")).allMatch(name -> patterns.isIgnored(name, false));
        assertThat(List.of("# a", "a", "e")).noneMatch(name -> patterns.isIgnored(name, false));
    }

    @Test
    void anInvalidPatternIsReported() {
        assertThatThrownBy(() -> patterns("ok", "[a", "b\\", "[[:alpha:]]"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContainingAll("pattern '[a'", "pattern 'b\\'", "pattern '[[:alpha:]]': a character class");
    }

    /** Each "**" once at least doubled the work: this took 38 seconds. */
    @Test
    void manyWaysThroughAPatternTakeNoTime() throws Exception {
        IgnorePatterns patterns =
                patterns("**/a/".repeat(8) + "b", "**/*a*a*a*b/".repeat(20) + "c", "**/".repeat(100) + "c");
        String deep = "a/".repeat(40) + "x";

        assertTimeoutPreemptively(Duration.ofSeconds(2), () -> {
            for (int i = 0; i < 100; i++) {
                assertThat(patterns.isIgnored(deep, false)).isFalse();
            }
        });
        assertThat(patterns.isIgnored("a/".repeat(40) + "b", false)).isTrue();
        assertThat(patterns.isIgnored("c", false)).isTrue();
    }

    private static IgnorePatterns patterns(String... lines) throws ConfigException {
        return IgnorePatterns.parse(".crossbuildignore", List.of(lines));
    }
}
