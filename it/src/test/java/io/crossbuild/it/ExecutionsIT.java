// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Several executions in one Maven process, and what children inherit from a parent. */
class ExecutionsIT {
    private static final String CONFIG = "{ \"Files\": [\"one\"] }\n";
    private static final String OTHER = "<configFile>other.json</configFile>";
    private static final String HINT =
            "Give each its own <targetRoot>: otherwise each removes what the other one extracts";

    private Project project;

    /** Makes the plugin available to Maven when it is offline. */
    @BeforeAll
    static void fetchThePlugin() throws Exception {
        Project project = Project.empty("ExecutionsIT").write("pom.xml", pom("", "top", "", ""));
        project.maven("crossbuild:help").emptyHome().run(DEADLINE).succeeded();
    }

    @BeforeEach
    void make(TestInfo test) throws IOException {
        project = Project.empty(test.getTestMethod().orElseThrow().getName());
        module("", "top", "");
    }

    /** A module with packaging pom that runs goals in the phase validate. */
    private void module(String directory, String name, String executions, String... modules) throws IOException {
        String list = List.of(modules).stream()
                .map(module -> "<module>" + module + "</module>")
                .reduce("", String::concat);
        project.write(directory + "pom.xml", pom("", name, list, executions))
                .write(directory + "build.txt", "echo 1 > one\n")
                .write(directory + "config.json", CONFIG)
                .write(directory + "other.json", "{ \"Files\": [\"two\"] }\n");
    }

    private static String pom(String parent, String name, String modules, String executions) {
        return "<project><modelVersion>4.0.0</modelVersion>" + parent
                + "<groupId>com.example</groupId><artifactId>" + name + "</artifactId><version>1</version>"
                + "<packaging>pom</packaging>"
                + "<modules>" + modules + "</modules>"
                + "<build><plugins><plugin><groupId>io.crossbuild</groupId>"
                + "<artifactId>crossbuild-maven-plugin</artifactId><version>" + Settings.version() + "</version>"
                + "<executions>" + executions + "</executions></plugin></plugins></build></project>";
    }

    private static String execution(String id, String goal, String configuration) {
        return "<execution>" + (id.isEmpty() ? "" : "<id>" + id + "</id>") + "<phase>validate</phase><goals><goal>"
                + goal + "</goal></goals><configuration>" + configuration + "</configuration></execution>";
    }

    private static String root(String path) {
        return "<targetRoot>" + path + "</targetRoot>";
    }

    private MavenOutcome maven(String... arguments) throws Exception {
        String[] all = new String[arguments.length + 1];
        all[0] = "-o";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return project.maven(all).emptyHome().run(DEADLINE);
    }

    private static String failure(String goal, String execution, String module) {
        return "Failed to execute goal io.crossbuild:crossbuild-maven-plugin:" + Settings.version() + ":" + goal + " ("
                + execution + ") on project " + module + ": ";
    }

    private static String text(String execution, String goal, String module) {
        return "execution '" + execution + "' (crossbuild:" + goal + " of com.example:" + module + ")";
    }

    private Path file(String name) {
        return project.directory().resolve(name);
    }

    @Test
    void twoExecutionsWithOneTargetRootAreAnErrorBeforeTheFirstOneDoesAnything() throws Exception {
        module("", "top", execution("a", "build", root("out")) + execution("b", "build", root("x/../out") + OTHER));
        MavenOutcome outcome = maven("validate");
        outcome.failed().startedNoMachine().leftNothingBehind().doesNotMention("Building '");
        assertThat(outcome.errors())
                .containsExactly(
                        failure("build", "a", "top") + "Cannot use '" + file("pom.xml") + "': target root '"
                                + file("out") + "' of " + text("a", "build", "top") + " is also that of "
                                + text("b", "build", "top") + " (expected separate ones)",
                        HINT);
    }

    @Test
    void otherNamesOfADirectoryAndDirectoriesInsideAreSeen() throws Exception {
        Files.createDirectory(file("real"));
        Files.createSymbolicLink(file("link"), Path.of("real"));
        module(
                "",
                "top",
                execution("a", "build", root("link/out")) + execution("b", "build", root("real/out") + OTHER));
        assertThat(maven("validate").failed().startedNoMachine().errors().get(0))
                .contains(
                        "target root '" + file("real/out") + "' of " + text("a", "build", "top") + " is also that of ");

        module("", "top", execution("a", "build", root("out")) + execution("b", "extract", root("out/lib") + OTHER));
        assertThat(maven("validate").failed().startedNoMachine().errors().get(0))
                .contains("'" + file("out") + "' of " + text("a", "build", "top") + " contains '" + file("out/lib")
                        + "', that of " + text("b", "extract", "top"));
    }

    @Test
    void modulesWithOneTargetRootAreAnErrorWhenBuiltAtTheSameTimeToo() throws Exception {
        module("", "top", "", "one", "two");
        String out = root("${session.executionRootDirectory}/out");
        module("one/", "one", execution("a", "build", out));
        module("two/", "two", execution("a", "build", out));
        for (List<String> how : List.of(List.of("validate"), List.of("validate", "-T2", "-fae"))) {
            MavenOutcome outcome = maven(how.toArray(String[]::new));
            outcome.failed().startedNoMachine().leftNothingBehind().doesNotMention("Building '");
            assertThat(outcome.errors().get(0))
                    .contains("target root '" + file("out") + "' of execution 'a' (crossbuild:build of com.example:")
                    .contains(text("a", "build", "one"), text("a", "build", "two"));
        }
        maven("crossbuild:build", "-Dcrossbuild.targetRoot=" + file("elsewhere"))
                .failed()
                .startedNoMachine()
                .mentions("Cannot use '-Dcrossbuild.targetRoot': target root '" + file("elsewhere") + "' of ");
    }

    @Test
    void executionsWithAnIdHaveTheirOwnTargetRoots() throws Exception {
        module("", "top", execution("a", "extract", "") + execution("b", "extract", OTHER));
        extractsTo("target/crossbuild/a/root", "crossbuild:extract@a");
        extractsTo("target/crossbuild/b/root", "crossbuild:extract@b");
        extractsTo("target/crossbuild/root", "crossbuild:extract");
        module("", "top", execution("", "extract", ""));
        extractsTo("target/crossbuild/root", "validate");
        // Everything else below target/crossbuild.
        module("", "top", execution("logs", "extract", ""));
        extractsTo("target/crossbuild/%6Cogs/root", "validate");
    }

    @Test
    @VirtualMachineTest
    void whatOneExecutionExtractsIsLeftAloneByTheNext() throws Exception {
        module("", "top", execution("a", "build", "") + execution("b", "extract", OTHER));
        project.write("build.txt", "echo 1 > one\necho 2 > two\n");
        for (int run = 0; run < 2; run++) {
            project.maven("validate", "crossbuild:extract")
                    .run(DEADLINE)
                    .succeeded()
                    .leftNothingBehind();
            assertThat(project.targetRoot("a").resolve("one")).hasContent("1");
            assertThat(project.targetRoot("b").resolve("two")).hasContent("2");
            assertThat(project.targetRoot("b").resolve("one")).doesNotExist();
            assertThat(project.targetRoot().resolve("one")).hasContent("1");
        }
    }

    @Test
    void twoThatExtractTheSameToOneDirectoryAreNoError() throws Exception {
        module("", "top", execution("", "extract", ""));
        extractsTo("target/crossbuild/root", "crossbuild:extract", "crossbuild:build");
        extractsTo("target/crossbuild/root", "validate", "crossbuild:build");
        module("", "top", execution("a", "extract", root("out")) + execution("b", "build", root("out")));
        extractsTo("out", "validate");
    }

    @Test
    void whatIsSkippedTakesNoTargetRoot() throws Exception {
        String skipped = execution("b", "build", root("out") + OTHER + "<skip>true</skip>");
        module("", "top", execution("a", "extract", root("out")) + skipped);
        extractsTo("out", "validate");
    }

    /** There is nothing to extract from, but it gets as far as logging the target root. */
    private void extractsTo(String root, String... goals) throws Exception {
        maven(goals)
                .failed()
                .startedNoMachine()
                .says("Extracting to '" + file(root) + "'")
                .mentions("its lines were not built in environment")
                .leftNothingBehind();
    }

    @Test
    void aParentWithoutABuildFileIsSkippedButItsChildIsBuilt() throws Exception {
        parentAndChild("");
        maven("validate")
                .failed()
                .says("[top] Skipping crossbuild:build (no build.txt in this module with packaging pom)")
                .says("[child] Building '" + file("child/build.txt") + "' in trixie/" + arch())
                .mentions("offline")
                .leftNothingBehind();
        project.write("build.txt", "echo 1 > one\n");
        maven("validate").failed().says("[top] Building '" + file("build.txt") + "' in trixie/" + arch());
    }

    @Test
    void anExplicitBuildFileOfAParentMustExist() throws Exception {
        parentAndChild("");
        assertThat(maven("crossbuild:build").failed().errors().get(0))
                .isEqualTo(failure("build", "default-cli", "top") + "Cannot use '" + file("build.txt")
                        + "': there is no such file");
        parentAndChild("<buildFile>build.txt</buildFile>");
        assertThat(maven("validate").failed().errors().get(0))
                .isEqualTo(
                        failure("build", "a", "top") + "Cannot use '" + file("build.txt") + "': there is no such file");
        parentAndChild("");
        maven("validate", "-Dcrossbuild.buildFile=none.txt")
                .failed()
                .mentions("Cannot use '" + file("none.txt") + "': there is no such file");
    }

    private void parentAndChild(String configuration) throws IOException {
        module("child/", "child", "");
        String parent =
                "<parent><groupId>com.example</groupId><artifactId>top</artifactId><version>1</version></parent>";
        project.write("child/pom.xml", pom(parent, "child", "", ""))
                .write("pom.xml", pom("", "top", "<module>child</module>", execution("a", "build", configuration)));
        Files.deleteIfExists(file("build.txt"));
    }

    private static String arch() {
        return System.getProperty("os.arch").equals("aarch64") ? "arm64" : "amd64";
    }
}
