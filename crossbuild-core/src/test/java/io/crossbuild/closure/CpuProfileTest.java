// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CpuProfileTest {
    @Test
    void aLevelHasTheSubdirectoriesOfTheLevelsBelow() {
        assertThat(CpuProfile.named("x86-64-v3"))
                .contains(new CpuProfile(List.of("x86-64-v3", "x86-64-v2"), "x86_64", List.of("x86_64")));
        assertThat(CpuProfile.named("x86-64-v1")).contains(new CpuProfile(List.of(), "x86_64", List.of("x86_64")));
        assertThat(CpuProfile.named("z14").orElseThrow().subdirectories()).containsExactly("z14", "z13");
        assertThat(CpuProfile.named("x86-64-v5")).isEmpty();
        assertThat(CpuProfile.names()).allMatch(n -> CpuProfile.named(n).isPresent());
    }
}
