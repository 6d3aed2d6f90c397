// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.BuildSummary;
import io.crossbuild.ExtractionSummary;
import io.crossbuild.closure.HintCount;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.event.BuildEvent;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugin.logging.SystemStreamLog;
import org.junit.jupiter.api.Test;

class MavenWordsTest {
    private final List<String> lines = new ArrayList<>();
    private final List<BuildEvent> transfers = new ArrayList<>();
    private boolean quiet;
    private final MavenWords log = new MavenWords(new Lines(), transfers::add);

    private final class Lines extends SystemStreamLog {
        @Override
        public boolean isInfoEnabled() {
            return !quiet;
        }

        @Override
        public void info(CharSequence line) {
            lines.add(line.toString());
        }

        @Override
        public void warn(CharSequence line) {
            lines.add("WARN " + line);
        }
    }

    @Test
    void aBuildReadsAsOneStory() {
        log.onEvent(new BuildEvent.PhaseStarted("Starting virtual machine", "(tcg)"));
        log.onEvent(new BuildEvent.StepOutput(0, BuildEvent.StepOutput.Stream.OUT, "Setting up libc6"));
        log.onEvent(new BuildEvent.StepSkipped(1, 3, "apt-get install -y gcc", Duration.ofSeconds(35)));
        log.onEvent(new BuildEvent.StepStarted(2, 3, "cat > a <<E\nx\nE", "always"));
        log.onEvent(new BuildEvent.StepOutput(2, BuildEvent.StepOutput.Stream.OUT, "hello"));
        log.onEvent(new BuildEvent.StepFinished(2, 3, Duration.ofSeconds(75)));
        log.onEvent(new BuildEvent.PhaseSkipped("Installing environment", "it is in the store"));
        log.onEvent(new BuildEvent.Note("a note\nof two lines"));
        log.onEvent(new BuildEvent.PhaseFinished("Extracting", "", Duration.ofMillis(1234)));
        log.onEvent(new BuildEvent.Warning("something", "Look at it"));
        assertThat(lines)
                .containsExactly(
                        " > Starting virtual machine (tcg)",
                        "    Setting up libc6",
                        " > Step 1/3 is in the store (ran 35 s): apt-get install -y gcc",
                        " > Step 2/3 runs (always): cat > a <<E ...",
                        "    [2] hello",
                        "   Step 2/3: done in 1 min 15 s",
                        " > Installing environment: not needed, it is in the store",
                        "   a note",
                        "   of two lines",
                        "   Extracting: done in 1.2 s",
                        "WARN something",
                        "WARN Look at it");
    }

    @Test
    void quietLogGetsWarningsOnly() {
        quiet = true;
        log.onEvent(new BuildEvent.StepOutput(1, BuildEvent.StepOutput.Stream.ERR, "hello"));
        log.onEvent(new BuildEvent.Warning("something", null));
        assertThat(lines).containsExactly("WARN something");
    }

    @Test
    void transfersGoTheirOwnWay() {
        log.onEvent(new BuildEvent.Transfer(
                BuildEvent.Transfer.State.STARTED, URI.create("http://localhost/debian/pool/a.deb"), 0, 10));
        assertThat(transfers).hasSize(1);
        assertThat(lines).isEmpty();
    }

    @Test
    void theSummaryCountsStepsFilesAndBytes() {
        Path root = Path.of("root");
        log.built(new BuildSummary(
                3,
                1,
                Duration.ofSeconds(3725),
                new ExtractionSummary(
                        root,
                        false,
                        6123,
                        210_400_000,
                        1,
                        List.of(new HintCount(HintGroup.DNS, 7), new HintCount(HintGroup.TLS, 2)))));
        assertThat(lines)
                .containsExactly(
                        "Built in 1 h 2 min: 3 steps, 1 run, 2 from the store",
                        "Extracted 6,123 files, 210.4 MB to 'root'; removed 1 file of an earlier run",
                        "Not extracted, but maybe opened at run time: dns (7), tls (2); crossbuild.include takes them");
    }

    @Test
    void anExtractionThatWasNotNeededIsUpToDate() {
        log.extracted(new ExtractionSummary(Path.of("root"), true, 259, 111_500_000, 0, List.of()));
        assertThat(lines).containsExactly("Up to date: 259 files, 111.5 MB in 'root'");
    }

    @Test
    void bytesHaveDecimalUnits() {
        assertThat(MavenWords.bytes(999)).isEqualTo("999 B");
        assertThat(MavenWords.bytes(999_999)).isEqualTo("1.0 MB");
        assertThat(MavenWords.bytes(3_456_789_012L)).isEqualTo("3.5 GB");
        assertThat(MavenWords.elapsed(Duration.ofMillis(940))).isEqualTo("0.9 s");
        assertThat(MavenWords.elapsed(Duration.ofSeconds(59))).isEqualTo("59 s");
    }
}
