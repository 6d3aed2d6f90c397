// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.arch.Architecture;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Phase;
import io.crossbuild.event.StepReason;
import io.crossbuild.event.Warning;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PrintingListenerTest {
    private static final URI SOURCE = URI.create("http://127.0.0.1/a.deb");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final BuildListener listener = PrintingListener.to(new PrintStream(bytes, true, StandardCharsets.UTF_8));

    @Test
    void aBuildIsPrintedLineByLine() {
        Phase install = new Phase.InstallEnvironment("trixie", Architecture.AMD64);
        listener.onEvent(new BuildEvent.PhaseStarted(install));
        listener.onEvent(new BuildEvent.Transfer(BuildEvent.Transfer.State.STARTED, SOURCE, 0, 7));
        listener.onEvent(new BuildEvent.Transfer(BuildEvent.Transfer.State.PROGRESSED, SOURCE, 3, 7));
        listener.onEvent(new BuildEvent.Transfer(BuildEvent.Transfer.State.SUCCEEDED, SOURCE, 7, 7));
        listener.onEvent(new BuildEvent.PhaseOutput(install, BuildEvent.Stream.OUT, "Setting up apt"));
        listener.onEvent(new BuildEvent.PhaseFinished(install, Duration.ofMillis(1500)));
        listener.onEvent(new BuildEvent.StepStarted(1, 2, "cat <<END\nx\nEND", StepReason.Plain.NOT_BUILT_BEFORE));
        listener.onEvent(new BuildEvent.StepOutput(1, BuildEvent.Stream.OUT, "hello"));
        listener.onEvent(new BuildEvent.StepFinished(1, 2, Duration.ofSeconds(61)));
        listener.onEvent(new BuildEvent.StepStarted(2, 2, "make", new StepReason.InputChanged("copy src .")));
        listener.onEvent(new BuildEvent.WaitingForStep(OptionalLong.empty()));
        listener.onEvent(new Warning.CacheLost("/c"));
        listener.onEvent(new BuildEvent.FilesLeftOut(List.of("/dev/a", "/dev/b")));
        listener.onEvent(new BuildEvent.ExtractionSkipped(Path.of("root"), Optional.empty()));
        assertThat(lines())
                .containsExactly(
                        "phase started: install environment (suite 'trixie', architecture amd64)",
                        "transfer: state succeeded, uri 'http://127.0.0.1/a.deb', done bytes 7, total bytes 7",
                        "    Setting up apt",
                        "phase finished: install environment (suite 'trixie', architecture amd64), elapsed 1.5 s",
                        "step started: number 1, total 2, text 'cat <<END ...', reason not built before",
                        "    hello",
                        "step finished: number 1, total 2, elapsed 61.0 s",
                        "step started: number 2, total 2, text 'make', reason input changed (input 'copy src .')",
                        "waiting for step",
                        "warning: cache lost: directory '/c'",
                        "files left out: files ['/dev/a', '/dev/b']",
                        "extraction skipped: target root 'root'");
    }

    @Test
    void theGuestCannotControlTheTerminal() {
        listener.onEvent(new BuildEvent.StepOutput(1, BuildEvent.Stream.OUT, "\u001b]0;title\u0007red\u001b[2J"));
        listener.onEvent(new Warning.CacheLost("one\u0007two\u001b[31m"));
        assertThat(lines()).containsExactly("    red", "warning: cache lost: directory 'onetwo'");
    }

    private List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
