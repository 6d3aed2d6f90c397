// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Which lines run again, and which do not: the result must be the same as if all lines had run. */
@VirtualMachineTest
class StepReuseIT {

    private final String first = "echo " + System.nanoTime() + " > first";
    private Project project;

    @BeforeEach
    void copy(TestInfo test) throws IOException {
        project = Project.minimal(test.getTestMethod().orElseThrow().getName())
                .write("config.json", "{ \"Files\": [\"result\"] }\n");
    }

    @Test
    void onlyWhatFollowsAChangedLineIsRunAgain() throws Exception {
        build(first, "echo two > second", "cat first second > result")
                .mentions(
                        "Step 1/3 runs (not built before): ",
                        "Step 2/3 runs (an earlier step ran): ",
                        "3 steps, 3 run, 0 from the store");
        build(first, "echo two > second", "cat first second > result")
                .startedNoMachine()
                .mentions("Step 3/3 is in the store (ran ", "3 steps, 0 run, 3 from the store");
        build(first, "echo changed > second", "cat first second > result")
                .mentions(
                        "Step 1/3 is in the store (ran ",
                        "Step 2/3 runs (not built before): ",
                        "3 steps, 2 run, 1 from the store");
        assertThat(result()).endsWith("\nchanged\n");
    }

    @Test
    void nothingIsExtractedAgainWhenANewLayerHoldsNothingOfIt() throws Exception {
        build(first, "cp first result", "true").doesNotMention("Extracting again");
        String result = result();
        String skipped = "is up to date: layer 3 is new, but the extracted files are the same";
        build(first, "cp first result", "mkdir -p /srv/elsewhere; cat result > /srv/elsewhere/copy")
                .mentions("3 steps, 1 run, 2 from the store", skipped);
        assertThat(result()).isEqualTo(result);
        build(first, "cp first result", "mkdir -p /srv/elsewhere; cat result > /srv/elsewhere/copy")
                .startedNoMachine()
                .doesNotMention(skipped);
        // The same size and modification time as before.
        build(
                        first,
                        "cp first result",
                        "touch -r result age; tr 0-9 1-90 < first > result; touch -r age result; rm age")
                .mentions("Extracting again: layer 3 is new");
        assertThat(result()).isNotEqualTo(result).hasSameSizeAs(result);
    }

    @Test
    void aChangedVariableOrDirectoryRunsTheLinesAfterIt() throws Exception {
        String last = "echo \"$A\" > /root/result";
        build(first, "export A=1", last);
        build(first, "export A=2", last).mentions("3 steps, 2 run, 1 from the store");
        assertThat(result()).isEqualTo("2\n");
        // The same text and the same disk: only the working directory that the previous line left differs.
        build(first, "cd /tmp", "pwd > /root/result");
        build(first, "cd /srv", "pwd > /root/result").mentions("3 steps, 2 run, 1 from the store");
        assertThat(result()).isEqualTo("/srv\n");
    }

    @Test
    void linesInADifferentOrderRunAgain() throws Exception {
        build(first, "echo a >> result", "echo b >> result");
        build(first, "echo b >> result", "echo a >> result").mentions("3 steps, 2 run, 1 from the store");
        assertThat(result()).isEqualTo("b\na\n");
    }

    @Test
    void aLineThatAlwaysRunsMakesAllLaterLinesRun() throws Exception {
        String random = "head -c 8 /dev/urandom | od -An -tx8 > random";
        build(first, "#@ always", random, "cp random result");
        String before = result();
        build(first, "#@ always", random, "cp random result")
                .mentions(
                        "Step 1/3 is in the store",
                        "Step 2/3 runs (#@ always): ",
                        "Step 3/3 runs (an earlier step ran): ",
                        "3 steps, 2 run, 1 from the store");
        assertThat(result()).isNotEqualTo(before);
        String built = result();
        Files.delete(project.targetRoot().resolve("result"));
        project.maven("crossbuild:extract").run(DEADLINE).succeeded().startedNoMachine();
        assertThat(result()).as("result of the last build").isEqualTo(built);
    }

    @Test
    void noCacheRunsAllLinesAndReplacesTheirLayers() throws Exception {
        String random = "head -c 8 /dev/urandom | od -An -tx8 > result";
        build(first, random);
        String before = result();
        int layers = layers().size();
        project.maven("crossbuild:build", "-Dcrossbuild.noCache")
                .run(DEADLINE)
                .succeeded()
                .mentions("Step 1/2 runs (noCache is set): ", "2 steps, 2 run, 0 from the store");
        String forced = result();
        assertThat(forced).isNotEqualTo(before);
        build(first, random).startedNoMachine();
        assertThat(result()).isEqualTo(forced);
        assertThat(layers()).hasSize(layers);
    }

    @Test
    void aDamagedOrMissingLayerIsToldAndMadeAgain() throws Exception {
        String[] lines = {first, "cp first second", "cat first second > result"};
        build(lines);
        String result = result();
        Path second = layerOf("cp first second");
        try (FileChannel disk = FileChannel.open(second.resolve("disk.qcow2"), StandardOpenOption.WRITE)) {
            disk.truncate(disk.size() / 2);
        }
        build(lines)
                .mentions(
                        "The layer of 'cp first second' is damaged: '" + second.resolve("disk.qcow2") + "' has ",
                        "Step 2/3 runs (its layer is damaged): ",
                        "3 steps, 2 run, 1 from the store")
                .leftNothingBehind();
        assertThat(result()).isEqualTo(result);
        Path again = layerOf("cp first second");
        Files.delete(again.resolve("disk.qcow2"));
        Files.delete(again.resolve("layer.json"));
        Files.delete(again.resolve("seal"));
        Files.delete(again);
        build(lines).mentions("Step 2/3 runs (its layer was removed): ", "3 steps, 2 run, 1 from the store");
        assertThat(result()).isEqualTo(result);
        build(lines).startedNoMachine();
    }

    @Test
    void twoBuildsAtOnceShareWhatTheyHaveInCommon() throws Exception {
        build(first, "cp first result");
        Project other = Project.minimal("theOtherOfTwoBuilds").write("config.json", "{ \"Files\": [\"result\"] }\n");
        String common = first + "; sleep 3";
        RunningMaven one = project.write("build.txt", common + "\necho one >> first; cp first result\n")
                .maven("crossbuild:build")
                .start();
        RunningMaven two = other.write("build.txt", common + "\necho two >> first; cp first result\n")
                .maven("crossbuild:build")
                .start();
        MavenOutcome outcomeOfOne = one.await(DEADLINE).succeeded();
        MavenOutcome outcomeOfTwo = two.await(DEADLINE).succeeded();
        assertThat(outcomeOfOne.output() + outcomeOfTwo.output())
                .contains("2 steps, 2 run, 0 from the store", "2 steps, 1 run, 1 from the store");
        assertThat(result()).endsWith("\none\n");
        assertThat(other.targetRoot().resolve("result")).content().endsWith("\ntwo\n");
    }

    @Test
    void aForcedBuildDoesNotPullLayersFromUnderAnother() throws Exception {
        build(first, "cp first second", "cp second result");
        Project other = Project.minimal("theForcedOfTwoBuilds")
                .write("config.json", "{ \"Files\": [\"result\"] }\n")
                .write("build.txt", first + "\ncp first second\ncp second result\n");
        RunningMaven slow = project.write(
                        "build.txt", first + "\ncp first second\necho started; sleep 20; cp second result\n")
                .maven("crossbuild:build")
                .start();
        slow.awaitOutput("[3] started", DEADLINE);
        other.maven("crossbuild:build", "-Dcrossbuild.noCache").run(DEADLINE).succeeded();
        slow.await(DEADLINE).succeeded().mentions("3 steps, 1 run, 2 from the store");
        assertThat(result())
                .isEqualTo(Files.readString(other.targetRoot().resolve("result")))
                .hasSizeGreaterThan(2);
    }

    @Test
    void aSmallChangeTakesLittleRoom() throws Exception {
        build(first, "echo hi > result", "echo ho > result");
        for (String line : List.of("echo hi > result", "echo ho > result")) {
            Process du = new ProcessBuilder("du", "-sk", layerOf(line).toString()).start();
            String kilobytes =
                    new String(du.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).split("\\s")[0];
            assertThat(Integer.parseInt(kilobytes)).as(line).isLessThanOrEqualTo(2048);
        }
    }

    private MavenOutcome build(String... lines) throws IOException, InterruptedException {
        return project.write("build.txt", String.join("\n", lines) + "\n")
                .maven("crossbuild:build")
                .run(DEADLINE)
                .succeeded();
    }

    private String result() throws IOException {
        return Files.readString(project.targetRoot().resolve("result"));
    }

    /** The newest layer of a line. */
    private static Path layerOf(String line) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path layer : layers()) {
            if (Files.readString(layer.resolve("layer.json")).contains("\"" + line + "\"")) {
                found.add(layer);
            }
        }
        return found.stream()
                .max(Comparator.comparing(layer -> layer.toFile().lastModified()))
                .orElseThrow(() -> new AssertionError("no layer of '" + line + "'"));
    }

    private static List<Path> layers() throws IOException {
        try (Stream<Path> layers = Files.list(Settings.sharedHome().resolve("layers"))) {
            return layers.filter(layer -> Files.exists(layer.resolve("layer.json")))
                    .toList();
        }
    }
}
