// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** What is listed and removed, in a separate store. */
@VirtualMachineTest
class HousekeepingIT {
    /** Everything except the layers, the caches, and what belongs to a running process. */
    private static final List<String> SHARED =
            List.of("archives", "appliances", "downloads", "environments", "qemu", "states", "verdicts");

    private static final String NO_LAYERS = "-Dcrossbuild.maxLayersSize=0";
    private static final String OF_ANY_AGE = "-Dcrossbuild.maxAge=0s";

    private Project project;
    private Path home;

    @BeforeEach
    void fill(TestInfo test) throws Exception {
        project = Project.minimal(test.getTestMethod().orElseThrow().getName())
                .write("config.json", "{ \"Files\": [\"one\"] }\n")
                .write("build.txt", "echo 1 > one\necho 2 > two\n");
        project.maven("crossbuild:install-env").run(DEADLINE).succeeded();
        home = LinkedStore.of("home", SHARED);
        maven("crossbuild:build").mentions("2 steps, 2 run");
    }

    private MavenOutcome maven(String... arguments) throws Exception {
        return project.maven(arguments).home(home).run(DEADLINE).succeeded();
    }

    private List<Path> entries(String directory) throws IOException {
        try (Stream<Path> entries = Files.list(home.resolve(directory))) {
            return entries.toList();
        }
    }

    @Test
    void theStoreIsShownAndAPruneThatIsTriedRemovesNothing() throws Exception {
        maven("crossbuild:info")
                .startedNoMachine()
                .mentions("Store '" + home + "': ", "environments: ", "layers: ", "echo 1 > one", "echo 2 > two")
                .doesNotMention("(in use)");
        maven("crossbuild:prune").startedNoMachine().says("Nothing to remove");
        maven("crossbuild:prune", NO_LAYERS, "-Dcrossbuild.dryRun=true")
                .mentions("Would remove of the layers: 2 items", "echo 1 > one", "echo 2 > two");
        maven("crossbuild:build").startedNoMachine().mentions("2 steps, 0 run, 2 from the store");
    }

    @Test
    void whatIsRemovedIsMadeAgain() throws Exception {
        maven("crossbuild:prune", NO_LAYERS).mentions("Removed of the layers: 2 items");
        assertThat(entries("layers")).isEmpty();
        assertThat(entries("environments")).isNotEmpty();
        maven("crossbuild:build").mentions("2 steps, 2 run").leftNothingBehind();
        assertThat(project.targetRoot().resolve("one")).hasContent("1");
    }

    @Test
    void whatARunningBuildLiesOnStaysUntilItIsKilled() throws Exception {
        project.write("build.txt", "echo 1 > one\necho 2 > two\necho 3; sleep 600\n");
        RunningMaven running = project.maven("crossbuild:build").home(home).start();
        running.awaitOutput("[3] 3", DEADLINE);
        maven("crossbuild:info").mentions("echo 2 > two (in use)");
        maven("crossbuild:prune", NO_LAYERS, OF_ANY_AGE);
        assertThat(entries("layers")).hasSize(2);
        assertThat(entries("environments")).as("the environment in use").hasSize(1);

        running.kill();
        running.await(Duration.ofSeconds(30)).allMachinesEnd(Duration.ofSeconds(10));
        maven("crossbuild:prune", NO_LAYERS, OF_ANY_AGE)
                .mentions("Removed of the environments: 1 item", "Removed of the layers: 2 items")
                .leftNothingBehind();
        assertThat(entries("layers")).isEmpty();
        assertThat(entries("environments")).isEmpty();
    }
}
