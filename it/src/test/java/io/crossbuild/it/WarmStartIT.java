// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Machines that continue from a saved one: they differ in what must differ, and boot if the saved one is damaged. */
@VirtualMachineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WarmStartIT {
    private static final String AGAIN = "Could not continue the saved machine, booting again: ";

    private Project project;

    @BeforeAll
    void aBuildThatLeavesAState() throws Exception {
        assumeThat(System.getProperty(MavenRun.PRETENDED_HOST, ""))
                .as("other hosts boot machines cold")
                .isEmpty();
        project = Project.minimal("warm").write("config.json", "{ \"Files\": [\"facts\"] }");
        build("true");
        assertThat(states()).isNotEmpty();
    }

    @Test
    void twoMachinesDifferInWhatIsRandomAndKnowTheTime() throws Exception {
        String facts = "head -c 16 /dev/urandom | base64 >facts; date +%s >>facts # ";
        List<String> first = factsOf(facts + 1);
        List<String> second = factsOf(facts + 2);
        assertThat(first.get(0)).hasSize(24).isNotEqualTo(second.get(0));
        assertThat(Long.parseLong(second.get(1))).isBetween(now() - 600, now() + 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"devices", "memory"})
    void aDamagedStateIsMadeAnew(String file) throws Exception {
        for (Path state : states()) {
            try (FileChannel channel = FileChannel.open(state.resolve(file), StandardOpenOption.WRITE)) {
                channel.truncate(1 << 16);
            }
        }
        MavenOutcome damaged = build("true # " + file);
        assertThat(damaged.output()).containsOnlyOnce(AGAIN);
        assertThat(states()).isNotEmpty();
        MavenOutcome after = build("true # after " + file);
        assertThat(after.output()).doesNotContain(AGAIN);
        after.leftNothingBehind();
    }

    @Test
    void theKernelIsUnpackedForEmulatedMachines() throws Exception {
        try (Stream<Path> appliances = Files.list(Settings.sharedHome().resolve("appliances"))) {
            assertThat(appliances.filter(appliance -> appliance.toString().contains("amd64")))
                    .anySatisfy(appliance -> assertThat(appliance.resolve("vmlinux"))
                            .satisfies(kernel -> assertThat(Files.size(kernel)).isGreaterThan(20 << 20)));
        }
    }

    private MavenOutcome build(String line) throws Exception {
        return project.write("build.txt", ": >>facts\n" + line + "\n")
                .maven("-Dcrossbuild.noCache", "crossbuild:build")
                .run(DEADLINE)
                .succeeded();
    }

    private List<String> factsOf(String line) throws Exception {
        build(line);
        return Files.readAllLines(project.targetRoot().resolve("facts"));
    }

    private static List<Path> states() throws IOException {
        try (Stream<Path> states = Files.list(Settings.sharedHome().resolve("states"))) {
            // A store that is kept between runs may contain others.
            return states.filter(state -> Files.exists(state.resolve("devices")))
                    .toList();
        }
    }

    private static long now() {
        return System.currentTimeMillis() / 1000;
    }
}
