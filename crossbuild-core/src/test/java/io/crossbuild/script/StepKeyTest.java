// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StepKeyTest {
    @Test
    void whereALineStandsInTheFileDoesNotMatter() {
        assertThat(StepKey.of("p", new Step(1, 1, "make", List.of()), StepState.INITIAL))
                .isEqualTo(StepKey.of("p", new Step(9, 9, "make", List.of()), StepState.INITIAL));
    }

    @Test
    void everythingThatDecidesWhatAStepDoesChangesItsKey() {
        Set<String> keys = Stream.of(
                        StepKey.of("p", step("make"), StepState.INITIAL),
                        StepKey.of("q", step("make"), StepState.INITIAL),
                        StepKey.of("p", step("make "), StepState.INITIAL),
                        StepKey.of("p", step("make"), new StepState("/tmp", "")),
                        StepKey.of("p", step("make"), new StepState("/root", "declare -x CC=\"gcc\"\n")),
                        StepKey.ofRefresh("p", "make"))
                .collect(Collectors.toSet());

        assertThat(keys).hasSize(6);
    }

    @Test
    void partsDoNotRunTogether() {
        assertThat(StepKey.of("p", step("ab"), new StepState("c", "")))
                .isNotEqualTo(StepKey.of("p", step("a"), new StepState("bc", "")));
    }

    private static Step step(String text) {
        return new Step(1, 1, text, List.of());
    }
}
