// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.ProgramFailedException;
import io.crossbuild.extract.manifest.OwnFiles;
import io.crossbuild.spec.ProgramCall;
import io.crossbuild.spec.RunOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class VerificationTest {
    @TempDir
    Path directory;

    private TestTarget target;

    @BeforeEach
    void extract() throws Exception {
        target = new TestTarget(directory).file("bin/prog", "echo begins").file("bin/other", "echo other");
        extracted("first");
    }

    private void extracted(String content) throws Exception {
        target.file(OwnFiles.DIRECTORY + "/manifest.json", content);
    }

    private void verify(ProgramCall... calls) throws Exception {
        new Verification(target.runner(), List.of(calls), Map.of(), "/", RunOptions.DEFAULTS).runIfNecessary();
    }

    private List<String> runs() {
        List<String> runs = target.story.lines("runProgram");
        target.story.clear();
        return runs;
    }

    @Test
    void eachProgramRunsInAMachineOfItsOwn() throws Exception {
        verify(ProgramCall.of("/bin/prog", "echo done"), ProgramCall.of("/bin/other"));
        assertThat(target.guests.count()).isEqualTo(2);
        assertThat(target.story.lines("printed")).containsExactly("printed: begins", "printed: done", "printed: other");
        assertThat(runs()).containsExactly("runProgram /bin/prog echo done", "runProgram /bin/other");
    }

    @Test
    void theyDoNotRunAgainUntilSomethingChanges() throws Exception {
        verify(ProgramCall.of("/bin/prog"));
        assertThat(runs()).hasSize(1);
        verify(ProgramCall.of("/bin/prog"));
        assertThat(runs()).isEmpty();
        verify(ProgramCall.of("/bin/prog", "echo x"));
        assertThat(runs()).hasSize(1);
        extracted("second");
        verify(ProgramCall.of("/bin/prog", "echo x"));
        assertThat(runs()).hasSize(1);
        verify();
        assertThat(runs()).isEmpty();
    }

    @Test
    void afterAFailureTheyRunAgain() throws Exception {
        ProgramCall fails = ProgramCall.of("/bin/prog", "warn bad", "exit 3");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> verify(fails, ProgramCall.of("/bin/other")))
                    .isInstanceOf(ProgramFailedException.class)
                    .hasMessage("Program '/bin/prog' failed in the target root: status 3 (expected 0)"
                            + "\n  begins\n  bad");
            assertThat(runs()).hasSize(1);
        }
        verify(ProgramCall.of("/bin/prog"));
        extracted("second");
        assertThatThrownBy(() -> verify(fails)).isInstanceOf(ProgramFailedException.class);
        extracted("first");
        verify(ProgramCall.of("/bin/prog"));
        assertThat(runs()).hasSize(3);
    }
}
