// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import static io.crossbuild.extract.Guest.dirs;
import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.config.BuildConfig;
import io.crossbuild.disk.ext4.ReadTrace;
import io.crossbuild.disk.ext4.Traces;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.ExtractionChange;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.tree.MemoryFileTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether there is anything to extract from a disk that differs from the last one. */
class UnaffectedExtractionTest {
    private static final List<String> DISK = List.of("environment", "layer one");
    private static final List<String> OTHER = List.of("environment", "layer one", "layer two");
    private static final BuildConfig OTHER_CONFIG =
            new BuildConfig(null, List.of("--other"), List.of(), List.of("/d"), Map.of(), Map.of());

    @TempDir
    Path temp;

    private Path root;
    private final List<BuildEvent> events = new ArrayList<>();
    private final List<List<String>> compared = new ArrayList<>();
    private ReadTrace traceOfComparison = new ReadTrace();

    @BeforeEach
    void extractOnce() throws Exception {
        root = temp.toRealPath().resolve("root");
        extract(dirs("/d"), Traces.of(7));
    }

    private void extract(BuildConfig config, @Nullable ReadTrace trace) throws Exception {
        try (MemoryFileTree tree = new Guest().file("/d/x", "content").builder.build()) {
            new Extractor(tree, config, ExtractionOptions.DEFAULTS, BuildListener.NONE)
                    .extractTo(root, ExtractionInputs.of(DISK, config, ExtractionOptions.DEFAULTS), trace);
        }
    }

    private Optional<ExtractionResult> upToDate(List<String> disk, BuildConfig config, boolean same) throws Exception {
        events.clear();
        compared.clear();
        DiskComparison comparison = (ids, trace) -> {
            compared.add(ids);
            traceOfComparison = trace;
            return same;
        };
        return new UpToDateCheck(root, events::add)
                .ifUpToDate(ExtractionInputs.of(disk, config, ExtractionOptions.DEFAULTS), comparison);
    }

    @Test
    void aDiskThatReadsTheSameNeedsNoExtraction() throws Exception {
        assertThat(upToDate(OTHER, dirs("/d"), true)).hasValueSatisfying(result -> {
            assertThat(result.files()).isEqualTo(2);
            assertThat(result.written()).isZero();
        });
        assertThat(events)
                .containsExactly(new BuildEvent.ExtractionSkipped(root, Optional.of(new ExtractionChange.LayerNew(2))));
        assertThat(compared).containsExactly(DISK);
        assertThat(Traces.areSame(traceOfComparison, Traces.of(7))).isTrue();
        // From now on it is the last one.
        assertThat(upToDate(OTHER, dirs("/d"), false)).isPresent();
        assertThat(compared).isEmpty();
        assertThat(upToDate(DISK, dirs("/d"), true)).isPresent();
        assertThat(compared).containsExactly(OTHER);
    }

    @Test
    void aDiskThatReadsOtherwiseIsExtractedFrom() throws Exception {
        assertThat(upToDate(OTHER, dirs("/d"), false)).isEmpty();
        assertThat(events).containsExactly(new BuildEvent.ExtractionRepeated(new ExtractionChange.LayerNew(2)));
        assertThat(upToDate(DISK, dirs("/d"), false)).isPresent();
    }

    @Test
    void noDiskIsComparedWhenSomethingElseChanged() throws Exception {
        assertThat(upToDate(OTHER, OTHER_CONFIG, true)).isEmpty();
        Files.writeString(root.resolve("d/x"), "mine");
        assertThat(upToDate(OTHER, dirs("/d"), true)).isEmpty();
        assertThat(compared).isEmpty();
    }

    @Test
    void withoutTheTraceThatWasWrittenNoDiskIsCompared() throws Exception {
        Path trace = root.resolve(".crossbuild/trace");
        Traces.of(8).write(trace);
        assertThat(upToDate(OTHER, dirs("/d"), true)).isEmpty();
        Files.delete(trace);
        assertThat(upToDate(OTHER, dirs("/d"), true)).isEmpty();
        extract(dirs("/d"), null);
        assertThat(upToDate(OTHER, dirs("/d"), true)).isEmpty();
        extract(dirs("/d", "/d"), Traces.ofLargeDisk());
        assertThat(upToDate(OTHER, dirs("/d", "/d"), true)).isEmpty();
        assertThat(trace).doesNotExist();
        assertThat(compared).isEmpty();
    }

    @Test
    void whatIsNotReadAgainStaysInTheTrace() throws Exception {
        // A different configuration with the same disk: the digest of x is taken from the manifest.
        extract(OTHER_CONFIG, Traces.of(9));
        assertThat(upToDate(OTHER, OTHER_CONFIG, true)).isPresent();
        assertThat(Traces.areSame(traceOfComparison, Traces.of(7, 9))).isTrue();
    }

    @Test
    void whatIsNotReadAgainWithoutATraceLeavesNone() throws Exception {
        extract(OTHER_CONFIG, null);
        extract(dirs("/d"), Traces.of(9));
        assertThat(upToDate(OTHER, dirs("/d"), true)).isEmpty();
        assertThat(compared).isEmpty();
    }
}
