// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The shell in the state after a step: what it sees, how it uses a terminal, and that it changes nothing. */
@VirtualMachineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ShellIT {
    private static final Duration SOON = Duration.ofMinutes(2);

    private Project project;

    @BeforeAll
    void aBuildWhoseThirdStepFails() throws Exception {
        project = Project.minimal("shell")
                .write("build.txt", """
                        export GREETING='hello  world'
                        mkdir -p /opt/here && cd /opt/here && echo made >file
                        #@ copy brought src/
                        rm file && false
                        """)
                .write("brought/one", "of the host\n")
                .write("config.json", "{ \"Files\": [\"/opt/here/file\"] }");
        MavenOutcome outcome = project.maven("crossbuild:build").run(DEADLINE);
        assertThat(outcome.status()).isNotZero();
        assertThat(outcome.output())
                .contains("Line 4 of", "To look around in the state before it, run: mvn crossbuild:shell");
    }

    @Test
    void commandsFromStandardInputSeeTheStateAfterTheLastGoodStep() throws Exception {
        MavenOutcome outcome = project.maven("-q", "crossbuild:shell")
                .input("pwd; cat file; echo \"$GREETING\"; [ -t 0 ] || echo no terminal; rm file; exit 7")
                .run(SOON);
        assertThat(outcome.output()).startsWith("/opt/here\nmade\nhello  world\nno terminal\n");
        assertThat(outcome.output()).contains("The shell ended with status 7 (expected 0)");
        assertThat(outcome.status()).isNotZero();
        outcome.leftNothingBehind();

        MavenOutcome again =
                project.maven("-q", "crossbuild:shell").input("cat file").run(SOON);
        assertThat(again.output()).as("what the first shell removed").isEqualTo("made\n");
    }

    @Test
    void whatTheNextStepTakesAlongIsThere() throws Exception {
        MavenOutcome next = project.maven("-q", "crossbuild:shell")
                .input("cat src/brought/one; echo changed >src/brought/one")
                .run(SOON);
        assertThat(next.output()).isEqualTo("of the host\n");
        next.leftNothingBehind();
        MavenOutcome earlier = project.maven("-q", "-Dcrossbuild.step=1", "crossbuild:shell")
                .input("ls -d /opt/here/src src")
                .run(SOON);
        assertThat(earlier.output()).doesNotContain("\n/opt/here/src").contains("cannot access 'src'");
    }

    @Test
    void aStepOrTheBareEnvironmentCanBeNamed() throws Exception {
        MavenOutcome first = project.maven("-q", "-Dcrossbuild.step=1", "crossbuild:shell")
                .input("pwd; echo \"$GREETING\"; ls /opt")
                .run(SOON);
        assertThat(first.output()).isEqualTo("/root\nhello  world\n");
        MavenOutcome none = project.maven("-q", "-Dcrossbuild.step=0", "crossbuild:shell")
                .input("echo \"${GREETING-unset}\"")
                .run(SOON);
        assertThat(none.output()).isEqualTo("unset\n");
        MavenOutcome missing =
                project.maven("-Dcrossbuild.step=3", "crossbuild:shell").run(SOON);
        assertThat(missing.output()).contains("step 3 has not been run (the store has 2 of its steps)");
        assertThat(missing.machines()).isEmpty();
    }

    @Test
    void aTerminalOfTheHostIsOneInTheGuest() throws Exception {
        RunningMaven maven = project.maven("crossbuild:shell").inTerminal().start();
        maven.awaitOutput("[crossbuild] /opt/here$ ", SOON);
        if (System.getProperty("os.name").equals("Linux")) {
            assertThat(maven.listeningPorts()).hasSize(1).allMatch(address -> address.startsWith("0100007F:"));
        }
        // A single process group to the end: between two commands of bash, Ctrl-C may reach no process.
        maven.type("stty cols 90; tty; sh -c 'stty size | cut -d\\  -f2; exec sleep 1000'\r");
        maven.awaitOutput("/dev/pts/", SOON);
        maven.awaitOutput("\n90", SOON);
        maven.type("\u0003");
        maven.awaitOutput("^C", SOON);
        maven.type("echo status=$?\r");
        maven.awaitOutput("status=130", SOON);
        maven.type("exit 9\r");
        MavenOutcome outcome = maven.await(SOON);
        assertThat(outcome.output()).contains("BUILD SUCCESS");
        assertThat(outcome.status()).isZero();
        outcome.leftNothingBehind();
    }
}
