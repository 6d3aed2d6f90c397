// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** How Maven handles parameters; nothing here needs a virtual machine or a network. */
class ConfigurationIT {
    private static final String FAILURE = "Failed to execute goal io.crossbuild:crossbuild-maven-plugin:"
            + Settings.version() + ":build (default-cli)" + " on project minimal: ";

    private Project project;

    @BeforeEach
    void copy(TestInfo test) throws IOException {
        project = Project.minimal(test.getTestMethod().orElseThrow().getName())
                .write("build.txt", "true\n")
                .write("config.json", "{ \"Program\": \"/bin/sh\" }\n");
    }

    @Test
    void unknownKeyIsAnErrorThatNamesTheNearestOne() throws Exception {
        project.write("config.json", "{\n  \"Dir\": [\"node_modules\"],\n  \"Program\": \"/usr/bin/node\"\n}\n");
        MavenOutcome outcome = project.maven("crossbuild:build").emptyHome().run(DEADLINE);
        outcome.failed().startedNoMachine().leftNothingBehind();
        assertThat(outcome.errors())
                .containsExactly(FAILURE + "Cannot use '" + file("config.json")
                        + "': line 2, column 3: unknown key 'Dir'; did you mean 'Dirs'?");
    }

    @Test
    void everyErrorIsToldAtOnce() throws Exception {
        project.write("config.json", "{ \"Program\": 1, \"Dir\": [] }").configure("<memory>2x</memory>");
        MavenOutcome outcome = project.maven(
                        "crossbuild:build", "-Dcrossbuild.buildFile=none.txt", "-Dcrossbuild.suite=sarge")
                .emptyHome()
                .run(DEADLINE);
        outcome.failed().startedNoMachine().leftNothingBehind();
        assertThat(outcome.errors())
                .containsExactly(
                        FAILURE + "Cannot use 'configuration': 5 problems",
                        "  " + file("none.txt") + ": there is no such file",
                        "  -Dcrossbuild.suite: 'sarge' (expected one of trixie, bookworm, bullseye, buster, stretch)",
                        "  " + file("config.json")
                                + ": line 1, column 14: 'Program' is the number 1 (expected a string)",
                        "  " + file("config.json") + ": line 1, column 17: unknown key 'Dir'; did you mean 'Dirs'?",
                        "  " + file("pom.xml") + ": <memory> '2x' (expected a size such as 512m or 2g, at least 256m)",
                        "Write one shell command per line into it, such as: apt-get install -y nodejs make gcc g++");
    }

    @Test
    void missingBuildFileIsAnError() throws Exception {
        project.delete("build.txt");
        MavenOutcome outcome = project.maven("crossbuild:build").emptyHome().run(DEADLINE);
        outcome.failed().startedNoMachine().leftNothingBehind();
        assertThat(outcome.errors())
                .containsExactly(
                        FAILURE + "Cannot use '" + file("build.txt") + "': there is no such file",
                        "Write one shell command per line into it, such as: apt-get install -y nodejs make gcc g++");
    }

    @Test
    void missingConfigFileIsAnErrorUnlessThePomNamesWhatToExtract() throws Exception {
        project.delete("config.json");
        MavenOutcome outcome = project.maven("crossbuild:build").emptyHome().run(DEADLINE);
        assertThat(outcome.failed().errors())
                .containsExactly(
                        FAILURE + "Cannot use '" + file("config.json")
                                + "': there is no such file, and the POM specifies nothing to extract either",
                        "Specify what to extract there, or in the POM as <program>, <files>, <dirs> or <mapDirs>");
        project.configure("<program>/usr/bin/node</program><dirs><dir>node_modules</dir></dirs>");
        reachesTheStore(project.maven("-o", "crossbuild:build"), "trixie/amd64");
    }

    @Test
    void commandLineWinsOverPom() throws Exception {
        project.configure("<suite>bookworm</suite><memory>2x</memory>");
        reachesTheStore(
                project.maven("-o", "crossbuild:build", "-Dcrossbuild.memory=1g", "-Dcrossbuild.packages=gcc,make"),
                "bookworm/amd64 with gcc, make");
    }

    @Test
    void packagesMayBeElementsOrOneText() throws Exception {
        project.configure("<environment><packages>npm, gcc make</packages></environment>");
        reachesTheStore(project.maven("-o", "crossbuild:build"), "trixie/amd64 with gcc, make, npm");
        Project.minimal(project.directory().getFileName().toString())
                .write("build.txt", "true\n")
                .write("config.json", "{ \"Program\": \"/bin/sh\" }\n")
                .configure("<environment><arch>arm64</arch><suite>bookworm</suite>"
                        + "<packages><package>npm</package><package>gcc</package></packages></environment>");
        reachesTheStore(project.maven("-o", "crossbuild:build"), "bookworm/arm64 with gcc, npm");
    }

    @Test
    void skippedGoalsDoNothing() throws Exception {
        project.write("config.json", "{ \"Dir\": [] }").configure("<skip>true</skip>");
        project.maven("crossbuild:install-env", "crossbuild:build", "crossbuild:extract", "crossbuild:uninstall-env")
                .emptyHome()
                .run(DEADLINE)
                .succeeded()
                .says("Skipping crossbuild:build (crossbuild.skip is set)");
        project.maven("crossbuild:build", "-Dcrossbuild.skip=false")
                .emptyHome()
                .run(DEADLINE)
                .failed();
    }

    @Test
    void quietMavenSaysNothingButErrors() throws Exception {
        MavenOutcome outcome =
                project.maven("-q", "-o", "crossbuild:build").emptyHome().run(DEADLINE);
        assertThat(outcome.failed().output().lines()).allMatch(line -> line.startsWith("[ERROR]"));
    }

    @Test
    void aPomIsNotNeeded() throws Exception {
        project.delete("pom.xml");
        String plugin = "io.crossbuild:crossbuild-maven-plugin:" + Settings.version() + ":";
        reachesTheStore(project.maven("-o", plugin + "build", "-Dcrossbuild.arch=arm64"), "trixie/arm64");
        project.maven("-o", plugin + "uninstall-env", "-Dcrossbuild.suite=bookworm")
                .emptyHome()
                .run(DEADLINE)
                .succeeded()
                .mentions("No environment bookworm/");
    }

    /** The parameters are right: the build continues until it finds that the store is empty and Maven is offline. */
    private void reachesTheStore(MavenRun maven, String environment) throws Exception {
        maven.emptyHome()
                .run(DEADLINE)
                .failed()
                .startedNoMachine()
                .says("Building '" + file("build.txt") + "' in " + environment)
                .mentions("offline")
                .leftNothingBehind();
    }

    private Path file(String name) {
        return project.directory().resolve(name);
    }
}
