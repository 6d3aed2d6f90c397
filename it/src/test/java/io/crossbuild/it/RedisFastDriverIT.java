// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The README's example: a native npm addon, with node and every library that it needs. */
@VirtualMachineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RedisFastDriverIT {
    private static final String NOWHERE = "-Dcrossbuild.mirror=http://127.0.0.1:9/debian";

    private Project project;

    @BeforeAll
    void build() throws Exception {
        project = Project.copyOf("redis-fast-driver", "RedisFastDriverIT");
        project.maven("-ntp", "crossbuild:build")
                .run(DEADLINE)
                .succeeded()
                .mentions("Extracted ", "to '" + project.targetRoot() + "'")
                .leftNothingBehind();
    }

    @Test
    void targetRootHoldsTheAddonTheProgramAndItsLibraries() throws IOException {
        for (String file : List.of(
                "node_modules/redis-fast-driver/build/Release/redis-fast-driver.node",
                "usr/bin/node",
                "lib64/ld-linux-x86-64.so.2",
                "lib/x86_64-linux-gnu/libstdc++.so.6",
                "lib/x86_64-linux-gnu/libc.so.6",
                "lib/x86_64-linux-gnu/libm.so.6",
                "lib/x86_64-linux-gnu/libgcc_s.so.1")) {
            byte[] head = new byte[4];
            try (var in = Files.newInputStream(project.targetRoot().resolve(file))) {
                assertThat(in.readNBytes(head, 0, head.length)).isEqualTo(4);
            }
            assertThat(head).as(file).containsExactly(0x7f, 'E', 'L', 'F');
        }
    }

    @Test
    void theAddonLoadsInTheTargetRootAlone() throws Exception {
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
        assertThat(InTargetRoot.run(
                        project.targetRoot(),
                        "/usr/bin/node",
                        "-e",
                        "require('/node_modules/redis-fast-driver'); console.log('ok')"))
                .isEqualTo("ok\n");
    }

    @Test
    void theProgramRunsInAMachineThatHasNothingButTheTargetRoot() throws Exception {
        MavenOutcome outcome = project.maven(
                        "-q",
                        "crossbuild:run",
                        "-Dcrossbuild.args=-e,require('/node_modules/redis-fast-driver');"
                                + "process.stdout.write(require('fs').readFileSync('/dev/stdin'))")
                .input("ok\n")
                .run(DEADLINE);
        assertThat(outcome.output()).isEqualTo("ok\n");
        outcome.succeeded().leftNothingBehind();
    }

    @Test
    void aLibraryThatTheTargetRootLacksIsNamed() throws Exception {
        Project copy = Project.copyOf("redis-fast-driver", "incomplete");
        copy.maven("crossbuild:extract").run(DEADLINE).succeeded();
        Files.delete(copy.targetRoot().resolve("usr/lib/x86_64-linux-gnu/libz.so.1"));
        MavenOutcome outcome =
                copy.maven("crossbuild:run", "-Dcrossbuild.args=--version").run(DEADLINE);
        assertThat(outcome.status()).isNotZero();
        assertThat(outcome.output())
                .contains(
                        "'/usr/bin/node' looked in the target root for files that only the environment has:",
                        "/lib/x86_64-linux-gnu/libz.so.1 (zlib1g, ",
                        "Program '/usr/bin/node' failed in the target root: status 127 (expected 0)",
                        "Add what it looked for to config.json: \"Files\": [\"/lib/x86_64-linux-gnu/libz.so.1\"]",
                        "run.log");
        outcome.leftNothingBehind();
    }

    @Test
    void runConfigurationOfOpsNamesEveryFile() throws IOException {
        JsonNode run = new ObjectMapper().readTree(runJson().toFile());
        assertThat(run.path("Program").asText()).isEqualTo("/usr/bin/node");
        assertThat(run.path("Dirs")).anyMatch(dir -> dir.asText().equals("node_modules"));
        assertThat(run.path("Files")).isNotEmpty();
        for (JsonNode file : run.path("Files")) {
            assertThat(project.targetRoot().resolve(file.asText().replaceFirst("^/", "")))
                    .exists();
        }
    }

    private Path runJson() throws IOException {
        try (Stream<Path> files = Files.walk(project.targetRoot(), 2)) {
            return files.filter(file -> file.getFileName().toString().equals("run.json"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    void nothingIsBuiltTwice() throws Exception {
        project.maven("crossbuild:build")
                .run(DEADLINE)
                .succeeded()
                .startedNoMachine()
                .mentions("2 steps, 0 run, 2 from the store")
                .leftNothingBehind();
    }

    @Test
    void extractionStartsNoMachine() throws Exception {
        Project copy = Project.copyOf("redis-fast-driver", "extraction");
        MavenOutcome outcome = copy.maven("crossbuild:extract").run(DEADLINE);
        outcome.succeeded().startedNoMachine().leftNothingBehind();
        assertThat(relativeFiles(copy.targetRoot())).isEqualTo(relativeFiles(project.targetRoot()));
    }

    @Test
    void offlineBuildNeedsNoMirror() throws Exception {
        // One step must run, so that a machine is started only from what is in the store.
        Project copy = Project.copyOf("redis-fast-driver", "offline");
        String lines = Files.readString(copy.directory().resolve("build.txt"));
        copy.write("build.txt", lines + "echo " + System.nanoTime() + "\n")
                .maven("-o", "crossbuild:build", NOWHERE)
                .run(DEADLINE)
                .succeeded()
                .mentions("3 steps, 1 run, 2 from the store")
                .leftNothingBehind();
    }

    @Test
    void packageBuildsWhenTheGoalIsBound() throws Exception {
        Project copy = Project.copyOf("redis-fast-driver", "bound");
        String pom = Files.readString(copy.directory().resolve("pom.xml"));
        copy.write(
                        "pom.xml",
                        pom.replace("<packaging>pom</packaging>", "<packaging>jar</packaging>")
                                .replace(
                                        "<configuration>",
                                        "<executions><execution><id>native</id><goals><goal>build</goal></goals>"
                                                + "</execution></executions><configuration>"))
                .maven("-ntp", "package")
                .run(DEADLINE)
                .succeeded()
                .mentions(":build (native) @ redis-fast-driver", "2 steps, 0 run, 2 from the store");
        assertThat(copy.targetRoot("native").resolve("usr/bin/node")).exists();
    }

    @Test
    void everyExtractedFileIsWhatTheGuestSaysItIs() throws Exception {
        Project copy = Project.copyOf("redis-fast-driver", "listing");
        String lines = Files.readString(copy.directory().resolve("build.txt"));
        copy.write("build.txt", lines + GuestListing.buildLine())
                .write("config.json", GuestListing.configuration())
                .maven("crossbuild:build")
                .run(DEADLINE)
                .succeeded();
        GuestListing listing = GuestListing.read(copy.targetRoot());
        assertThat(listing.entries().size()).isGreaterThan(5_000);
        listing.compare(copy.targetRoot());
    }

    private static List<String> relativeFiles(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.map(file -> root.relativize(file).toString()).sorted().toList();
        }
    }
}
