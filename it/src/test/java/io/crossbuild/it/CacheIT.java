// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Directories of the guest that outlive builds. */
@VirtualMachineTest
class CacheIT {

    private final String directory = "/var/cache/it-" + System.nanoTime();
    private final String cache = "#@ cache " + directory + "\n";
    private Project project;

    @BeforeEach
    void copy(TestInfo test) throws IOException {
        project = Project.minimal(test.getTestMethod().orElseThrow().getName())
                .write(
                        "config.json",
                        "{ \"Files\": [\"result\"], \"Dirs\": [\"" + directory + "\"], \"MapDirs\": {} }\n");
    }

    @Test
    void whatALineLeavesIsThereForTheNextBuildAndInNoLayer() throws Exception {
        String made = "install -d -m 2750 -g 42 " + directory + "; echo before > " + directory + "/f\n";
        build(made + cache + "echo one >> " + directory + "/f; cp " + directory + "/f result\n")
                .leftNothingBehind();
        assertThat(result()).as("what existed when the cache was made").isEqualTo("before\none\n");
        assertThat(project.targetRoot().resolve(directory.substring(1)).resolve("f"))
                .as("what the layers hold")
                .hasContent("before\n");

        build(made + cache + "stat -c %a-%g " + directory + " >> " + directory + "/f; cp " + directory + "/f result\n");
        assertThat(result()).isEqualTo("before\none\n2750-42\n");
    }

    @Test
    void aFailingLineAndADyingMachineLeaveItUsable() throws Exception {
        project.write("build.txt", cache + "echo failed >> " + directory + "/f; exit 3\n")
                .maven("crossbuild:build")
                .run(DEADLINE)
                .failed()
                .leftNothingBehind();
        project.write("build.txt", cache + "echo killed >> " + directory + "/f; sync; echo ready; sleep 600\n");
        RunningMaven maven = project.maven("crossbuild:build").start();
        maven.awaitOutput("[1] ready", DEADLINE);
        maven.killMachine();
        maven.await(Duration.ofSeconds(60)).failed();

        build("mkdir -p " + directory + "\n" + cache + "cp " + directory + "/f result\n");
        assertThat(result()).isEqualTo("failed\nkilled\n");
    }

    @Test
    void aShellSeesWhatTheNextLineWouldSee() throws Exception {
        String lines = "mkdir -p " + directory + "\n" + cache + "echo built > " + directory + "/f\n";
        build(lines + "touch result\n");
        MavenOutcome shell = project.maven("-Dcrossbuild.step=1", "crossbuild:shell")
                .input("cat " + directory + "/f; echo shell >> " + directory + "/f")
                .run(DEADLINE)
                .succeeded()
                .mentions("changes are lost when it ends, except in '" + directory + "'")
                .leftNothingBehind();
        assertThat(shell.output().lines()).contains("built");
        build(lines.replace("echo built > ", "cat ") + "cp " + directory + "/f result\n");
        assertThat(result()).isEqualTo("built\nshell\n");
    }

    @Test
    void aBuildThatFindsItTakenHasOneOfItsOwn() throws Exception {
        Project other = Project.minimal("theOtherBuildWithACache")
                .write("config.json", "{ \"Files\": [\"result\"] }\n")
                .write("build.txt", cache + "echo other > " + directory + "/f; echo ready; sleep 20; touch result\n");
        RunningMaven slow = other.maven("crossbuild:build").start();
        slow.awaitOutput("[1] ready", DEADLINE);
        build("mkdir -p " + directory + "\n" + cache + "ls " + directory + " > result\n")
                .mentions("another build is using the cache of '" + directory + "': using number 2");
        assertThat(result()).isEmpty();
        slow.await(DEADLINE).succeeded();

        build("mkdir -p " + directory + "\n" + cache + "cp " + directory + "/f result\n");
        assertThat(result()).isEqualTo("other\n");
    }

    @Test
    void eachProjectHasItsOwnUnlessBothNameTheSameId() throws Exception {
        String made = "mkdir -p " + directory + "\n";
        String id = "it-" + System.nanoTime();
        String line = "cat " + directory + "/f > result; echo seen >> " + directory + "/f; touch result\n";
        String shared = made + cache.replace("cache ", "cache id=" + id + " ") + line;
        build(made + cache + line);
        assertThat(result()).isEmpty();
        Project other =
                Project.minimal("theOtherProjectWithACache").write("config.json", "{ \"Files\": [\"result\"] }\n");
        other.named("another")
                .write("build.txt", made + cache + line)
                .maven("crossbuild:build")
                .run(DEADLINE)
                .succeeded()
                .mentions("2 steps, 1 run, 1 from the store");
        assertThat(other.targetRoot().resolve("result")).isEmptyFile();

        build(shared);
        assertThat(result()).isEmpty();
        other.write("build.txt", shared.replace("touch", "true; touch"))
                .maven("crossbuild:build")
                .run(DEADLINE)
                .succeeded();
        assertThat(other.targetRoot().resolve("result")).hasContent("seen");
        other.write("build.txt", shared)
                .maven("crossbuild:build")
                .run(DEADLINE)
                .succeeded()
                .mentions("2 steps, 0 run, 2 from the store");
        other.maven("crossbuild:info")
                .run(DEADLINE)
                .succeeded()
                .mentions(directory + " (com.example:another)", directory + " (id=" + id + ")");
    }

    @Test
    void aDamagedOneIsMadeAnew() throws Exception {
        build("mkdir -p " + directory + "\n" + cache + "touch " + directory + "/f result\n");
        Files.writeString(imageOf(directory), "no image");
        build("mkdir -p " + directory + "\n" + cache + "ls " + directory + " > result\n");
        assertThat(result()).isEmpty();
    }

    private MavenOutcome build(String lines) throws IOException, InterruptedException {
        return project.write("build.txt", lines)
                .maven("crossbuild:build")
                .run(DEADLINE)
                .succeeded();
    }

    private String result() throws IOException {
        return Files.readString(project.targetRoot().resolve("result"));
    }

    private static Path imageOf(String directory) throws IOException {
        try (Stream<Path> caches = Files.list(Settings.sharedHome().resolve("caches"))) {
            for (Path cache : caches.toList()) {
                if (Files.readString(cache.resolve("cache.json")).contains("\"" + directory + "\"")) {
                    return cache.resolve("disk.qcow2");
                }
            }
        }
        throw new AssertionError("no cache of '" + directory + "'");
    }
}
