// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NearestNameTest {
    private static final List<String> KEYS = List.of("Args", "Dirs", "Env", "Files", "MapDirs", "Program", "RunConfig");

    @Test
    void aSlipOfTheFingerIsFound() {
        assertThat(NearestName.of("Progam", KEYS)).contains("Program");
        assertThat(NearestName.of("porgram", KEYS)).contains("Program");
        assertThat(NearestName.of("file", KEYS)).contains("Files");
        assertThat(NearestName.of("mapdir", KEYS)).contains("MapDirs");
    }

    @Test
    void swappedNeighboursAreOneSlip() {
        assertThat(NearestName.of("Enb", List.of("Env"))).contains("Env");
        assertThat(NearestName.of("nEv", List.of("Env"))).contains("Env");
        assertThat(NearestName.of("vnE", List.of("Env"))).isEmpty();
    }

    @Test
    void aNameLikeNoneIsLeftAlone() {
        assertThat(NearestName.of("Kubernetes", KEYS)).isEmpty();
        assertThat(NearestName.of("", KEYS)).isEmpty();
        assertThat(NearestName.of("x".repeat(100_000), KEYS)).isEmpty();
        assertThat(NearestName.suggestion("Kubernetes", KEYS)).isEmpty();
    }

    @Test
    void theNearestOfSeveralWins() {
        assertThat(NearestName.of("Dir", List.of("MapDirs", "Dirs"))).contains("Dirs");
        assertThat(NearestName.suggestion("Dir", KEYS)).isEqualTo("; did you mean 'Dirs'?");
    }
}
