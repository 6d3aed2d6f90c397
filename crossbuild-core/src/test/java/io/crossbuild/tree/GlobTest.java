// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The cases follow from the documentation of Go's path/filepath.Match. */
class GlobTest {
    private static boolean matches(String pattern, String name) {
        return Glob.parse(pattern).matches(name);
    }

    @Test
    void starsAndQuestionMarksMatchAnyCharacter() {
        assertThat(matches("*", "")).isTrue();
        assertThat(matches("*.js", "a.js")).isTrue();
        assertThat(matches("*.js", ".js")).isTrue();
        assertThat(matches("*.js", "a.json")).isFalse();
        assertThat(matches("a*b*c", "a__b__b__c")).isTrue();
        assertThat(matches("a*b*c", "a__c__b")).isFalse();
        assertThat(matches("?", "日")).isTrue();
        assertThat(matches("?", "😀")).isTrue();
        assertThat(matches("?", "")).isFalse();
        assertThat(matches("a.b", "axb")).isFalse();
    }

    @Test
    void bracketsAreClassesWithRanges() {
        assertThat(matches("[a-c]x", "bx")).isTrue();
        assertThat(matches("[a-c]x", "dx")).isFalse();
        assertThat(matches("[^a-c]x", "dx")).isTrue();
        assertThat(matches("[abc\\]]", "]")).isTrue();
        assertThat(matches("[a\\-c]", "b")).isFalse();
        assertThat(matches("[a\\-c]", "-")).isTrue();
        assertThat(matches("\\*", "*")).isTrue();
        assertThat(matches("\\*", "x")).isFalse();
    }

    @Test
    void unfinishedPatternsAreErrors() {
        for (String pattern : List.of("[", "[]", "[a", "[a-", "[^", "\\", "a\\", "[\\")) {
            assertThatThrownBy(() -> Glob.parse(pattern)).as(pattern).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void manyStarsTakeNoTime() {
        assertThat(matches("*a".repeat(100) + "b", "a".repeat(255))).isFalse();
    }

    @Test
    void aBracketMayHaveAnyNumberOfRanges() {
        assertThat(matches("[" + "a-bc".repeat(100_000) + "z]", "z")).isTrue();
        assertThat(matches("[^" + "a-bc".repeat(100_000) + "z]", "z")).isFalse();
    }
}
