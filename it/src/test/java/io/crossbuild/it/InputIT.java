// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Files of the host that are copied into the guest. */
@VirtualMachineTest
class InputIT {
    private static final String LIST =
            "find . ! -type d -printf '%P|%l|%m|%U|' -exec sh -c 'cat \"$1\" 2>/dev/null; true' x {} \\;"
                    + " -printf '\\n' | LC_ALL=C sort";

    private Project project;

    @BeforeEach
    void copy(TestInfo test) throws IOException {
        project = Project.minimal(test.getTestMethod().orElseThrow().getName())
                .write("config.json", "{ \"Files\": [\"result\"] }\n");
    }

    @Test
    void whatIsCopiedIsExactlyWhatTheHostHas() throws Exception {
        String longName = "l".repeat(200) + "/" + "m".repeat(200);
        project.write("in/über straße", "1")
                .write("in/" + longName, "2")
                .write("in/-rf $(reboot) 'x'", "3")
                .write("in/run.sh", "4")
                .write("in/left.out", "5")
                .write(".crossbuildignore", "*.out\n");
        Path in = project.directory().resolve("in");
        Files.createSymbolicLink(in.resolve("link"), Path.of("/etc/../über"));
        Files.setPosixFilePermissions(in.resolve("run.sh"), PosixFilePermissions.fromString("rwxr-x--x"));
        project.write(
                        "build.txt",
                        "mkdir -p /srv/w; ln -s /srv/w /srv/l; cd /srv\n#@ copy in l/deep\n#@ copy in/run.sh /opt/\n"
                                + "cd l/deep; chmod 644 [-mü]* l*/*; { " + LIST + "; cat /opt/run.sh; } > ~/result\n")
                .maven("crossbuild:build")
                .run(DEADLINE)
                .succeeded()
                .leftNothingBehind();
        assertThat(result())
                .isEqualTo("-rf $(reboot) 'x'||644|0|3\nlink|/etc/../über|777|0|\n" + longName
                        + "||644|0|2\nrun.sh||751|0|4\nüber straße||644|0|1\n4");
    }

    @Test
    void onlyWhatFollowsAChangedInputIsRunAgain() throws Exception {
        project.configure("<inputs><input><source>pom-input</source><target>~/p/</target>"
                        + "<excludes><exclude>*.tmp</exclude></excludes></input></inputs>")
                .write("pom-input/a", "a" + System.nanoTime())
                .write("pom-input/b.tmp", "b")
                .write("late", "1")
                .write("build.txt", "find p -type f > names\n#@ copy late .\ncat names late > result\n");
        build().mentions("copy pom-input ~/p/: 2 files, ", "2 steps, 2 run, 0 from the store");
        assertThat(result()).isEqualTo("p/pom-input/a\n1");

        project.write("pom-input/b.tmp", "changed");
        build().startedNoMachine().mentions("2 steps, 0 run, 2 from the store");

        project.write("late", "2");
        project.maven("crossbuild:extract").run(DEADLINE).failed().mentions("its lines were not built in environment");
        build().mentions("Step 2/2 runs (the files of 'copy late .' changed): ", "2 steps, 1 run, 1 from the store");
        assertThat(result()).isEqualTo("p/pom-input/a\n2");

        project.write("late", "1");
        build().startedNoMachine();
        assertThat(result()).isEqualTo("p/pom-input/a\n1");

        project.write("pom-input/a", "changed" + System.nanoTime());
        build().mentions(
                        "Step 1/2 runs (the files of 'copy pom-input ~/p/' changed): ",
                        "2 steps, 2 run, 0 from the store");
    }

    @Test
    void whatCannotBeCopiedIsToldWithItsPlace() throws Exception {
        project.write("build.txt", "true\n#@ copy missing /x\ntrue\n");
        MavenOutcome missing =
                project.maven("crossbuild:build").run(DEADLINE).failed().startedNoMachine();
        assertThat(String.join("\n", missing.errors()))
                .contains("Cannot use '" + file("build.txt") + "': line 2: there is no file '" + file("missing")
                        + "' to copy (expected one)");

        project.write("build.txt", "#@ copy /etc/passwd /x\ntrue\n");
        MavenOutcome outside =
                project.maven("crossbuild:build").run(DEADLINE).failed().startedNoMachine();
        assertThat(String.join("\n", outside.errors()))
                .contains("line 1: '/etc/passwd' is '/etc/passwd', outside '")
                .contains("If the guest may see it, set -Dcrossbuild.copyFrom='/etc', or <copyFrom> in the POM");

        project.write("in/etc", "").write("build.txt", "#@ copy in/. /\ntrue\n");
        MavenOutcome inTheWay = project.maven("crossbuild:build").run(DEADLINE).failed();
        assertThat(String.join("\n", inTheWay.errors()))
                .contains("'copy in/. /' in '" + file("build.txt") + "', line 1, ended with status 2 (expected 0)\n"
                        + "  tar: ./etc: Cannot open: ");
        inTheWay.leftNothingBehind();
    }

    private MavenOutcome build() throws IOException, InterruptedException {
        return project.maven("crossbuild:build").run(DEADLINE).succeeded();
    }

    private Path file(String name) {
        return project.directory().resolve(name);
    }

    private String result() throws IOException {
        return Files.readString(project.targetRoot().resolve("result"));
    }
}
