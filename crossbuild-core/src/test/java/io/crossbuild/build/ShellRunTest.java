// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.ConfigException;
import io.crossbuild.error.NotBuiltException;
import io.crossbuild.error.VirtualMachineException;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ShellRunTest {
    private static final OptionalInt LAST = OptionalInt.empty();
    private static final String TEXT = "write /a 1 && cd /srv && export X=1\nwrite /b 2 && cd /opt\n";

    @TempDir
    Path directory;

    private TestBuild build;

    @BeforeEach
    void open() throws Exception {
        build = new TestBuild(directory);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        build.assertNothingIsLeft();
    }

    @Test
    void itSeesTheStateAfterTheLastStepThatWasRun() throws Exception {
        build.build(TEXT);
        build.story().clear();
        TestTerminal terminal = new TestTerminal("pwd\nenv\ncat /a\ncat /b\n");

        assertThat(build.shell(TEXT, LAST, terminal)).isZero();
        assertThat(terminal.printed()).isEqualTo("/opt\ndeclare -x X=1\n1\n2\n");
        assertThat(build.story().lines())
                .containsExactly(
                        "mount",
                        "note: ShellOpened[step=2, text=write /b 2 && cd /opt, caches=[]]",
                        "openShell in /opt");
    }

    @Test
    void whatIsChangedInItIsInNoLayer() throws Exception {
        build.build(TEXT);
        build.shell(TEXT, LAST, new TestTerminal("write /a changed\n"));
        TestTerminal next = new TestTerminal("cat /a\n");
        build.shell(TEXT, LAST, next);
        assertThat(next.printed()).isEqualTo("1\n");
        assertThat(build.layers()).isEqualTo(2);
    }

    @Test
    void itsStatusIsThatOfTheShell() throws Exception {
        assertThat(build.shell(TEXT, LAST, new TestTerminal("exit 7\n"))).isEqualTo(7);
        assertThat(build.story().lines("note")).containsExactly("note: ShellOpened[step=0, text=, caches=[]]");
    }

    @Test
    void anEarlierStepCanBeNamed() throws Exception {
        build.build(TEXT);
        TestTerminal terminal = new TestTerminal("pwd\n");
        build.shell(TEXT, OptionalInt.of(1), terminal);
        assertThat(terminal.printed()).isEqualTo("/srv\n");
        TestTerminal bare = new TestTerminal("pwd\n");
        build.shell(TEXT, OptionalInt.of(0), bare);
        assertThat(bare.printed()).isEqualTo("/root\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 3})
    void aStepThatTheFileDoesNotHaveIsRefused(int step) {
        assertThatThrownBy(() -> build.shell(TEXT, OptionalInt.of(step), new TestTerminal("")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("there is no step " + step + " (expected 0 to 2)");
        assertThat(build.guests().count()).isZero();
    }

    @Test
    void aStepThatWasNotRunIsRefused() throws Exception {
        build.build("write /a 1 && cd /srv && export X=1\n");
        assertThatThrownBy(() -> build.shell(TEXT, OptionalInt.of(2), new TestTerminal("")))
                .isInstanceOf(NotBuiltException.class)
                .hasMessageContaining("step 2 has not been run (the store has 1 of its steps)");
    }

    @Test
    void theNextStepsInputsAndCachesAreThere() throws Exception {
        build.file("a.txt", "input");
        build.build("echo one\n#@ cache /c\nwrite /c/x cached\n");
        build.story().clear();
        String text = "echo one\n#@ copy a.txt in/\n#@ cache /c\nexit 1\n";
        TestTerminal terminal = new TestTerminal("cat /root/in/a.txt\ncat /c/x\nwrite /c/y left\n");

        assertThat(build.shell(text, LAST, terminal)).isZero();
        assertThat(terminal.printed()).isEqualTo("input\ncached\n");
        assertThat(build.story().lines())
                .filteredOn(line -> !line.startsWith("note: InputCopied[input=copy a.txt in/, files=1"))
                .containsExactly(
                        "mount",
                        "plugInputs",
                        "copyIn in/",
                        "mountCache /c",
                        "checkArchives",
                        "note: ShellOpened[step=1, text=echo one, caches=[/c]]",
                        "openShell in /root",
                        "unmountCaches");
        TestTerminal later = new TestTerminal("cat /c/y\n");
        build.shell(text, LAST, later);
        assertThat(later.printed()).isEqualTo("left\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"boot", "mount", "mountCache", "openShell", "unmountCaches"})
    void aMachineThatDiesLeavesNothingOpen(String call) {
        build.guests().dieAt(call);
        assertThatThrownBy(() -> build.shell("#@ cache /c\necho\n", LAST, new TestTerminal("")))
                .isInstanceOf(VirtualMachineException.class);
    }
}
