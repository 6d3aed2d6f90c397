// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.arch.Architecture;
import io.crossbuild.disk.qcow2.Qcow2Writer;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.StepFailedException;
import io.crossbuild.io.PathLock;
import io.crossbuild.layer.StoredCache;
import io.crossbuild.script.CacheName;
import io.crossbuild.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Caches of builds, and the check of apt's packages in them. */
@Timeout(60)
class CacheDisksTest {
    private static final String FILL = "#@ cache /c\nwrite /c/x kept\n";
    private static final String LOOK = "#@ cache /c\ncat /c/x\n";

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

    private static String key(int number) {
        return StoredCache.keyPrefix(Architecture.AMD64, new CacheName(TestBuild.PROJECT, "/c")) + number;
    }

    private Path image(int number) {
        return build.store().path(Store.Kind.CACHE, key(number)).resolve(StoredCache.DISK_FILE);
    }

    @Test
    void whatIsInACacheOutlivesTheBuildAndIsInNoLayer() throws Exception {
        LayeredDisk disk = build.build("#@ cache /c\nwrite /c/x kept\ncat /c/x\n");
        assertThat(build.story().lines("mount", "check", "step", "snapshot", "unmount", "end"))
                .containsExactly(
                        "mount",
                        "mountCache /c",
                        "checkArchives",
                        "step write /c/x kept",
                        "snapshot",
                        "checkArchives",
                        "step cat /c/x",
                        "unmountCaches",
                        "unmountRoot",
                        "end");
        assertThat(TestBuild.read(disk, "/c/x")).isEmpty();
        assertThat(build.story().lines("warning", "note")).isEmpty();
        build.story().clear();
        build.build(LOOK);
        assertThat(build.story().lines("out", "warning")).containsExactly("out 1: kept");
    }

    @Test
    void aFailedStepKeepsWhatItLeftInCaches() throws Exception {
        assertThatThrownBy(() -> build.build("#@ cache /c\nwrite /c/x kept && exit 1\n"))
                .isInstanceOf(StepFailedException.class);
        assertThat(build.story().lines()).endsWith("shortages", "unmountCaches");
        build.build(LOOK);
        assertThat(build.story().lines("out")).containsExactly("out 1: kept");
    }

    @Test
    void aMachineThatDiesMeanwhileDoesNotHideWhichStepFailed() {
        build.guests().dieAt("unmountCaches");
        assertThatThrownBy(() -> build.build("#@ cache /c\nexit 1\n")).isInstanceOf(StepFailedException.class);
    }

    @Test
    void aBuildThatFindsACacheTakenTakesTheNextOne() throws Exception {
        build.build(FILL);
        try (PathLock other = StoredCache.take(build.store(), key(0)).orElseThrow()) {
            assertThat(other).isNotNull();
            assertThatThrownBy(() -> build.build(LOOK)).isInstanceOf(StepFailedException.class);
            assertThat(build.story().lines("note")).containsExactly("note: CacheInUse[directory=/c, number=2]");
        }
        assertThat(build.store().keys(Store.Kind.CACHE)).containsExactlyInAnyOrder(key(0), key(1));
        build.build(LOOK);
        assertThat(build.story().lines("out")).containsExactly("out 1: kept");
    }

    @Test
    void anImageThatCannotBeOpenedIsMadeAnew() throws Exception {
        build.build(FILL);
        Files.writeString(image(0), "no qcow2");
        assertThatThrownBy(() -> build.build(LOOK)).isInstanceOf(StepFailedException.class);
        assertThat(build.story().lines("err")).containsExactly("err 1: cat: /c/x: No such file or directory");
    }

    @Test
    void aDiskWithoutItsFileSystemIsReported() throws Exception {
        build.build(FILL);
        Files.delete(image(0));
        Qcow2Writer.create(image(0), 64L << 30);
        assertThatThrownBy(() -> build.build(LOOK)).isInstanceOf(StepFailedException.class);
        assertThat(build.story().lines("warning")).containsExactly("warning: CacheLost[directory=/c]");
    }

    @Test
    void cachesThatTogetherTakeTooMuchAreEmptied() throws Exception {
        String two = "#@ cache /c\n#@ cache /e\nwrite /c/x kept && write /e/y kept\n";
        build.build(two);
        long size = Files.size(image(0));
        build.withMaxCaches(2 * size);
        build.build("#@ cache /c\n#@ cache /e\ncat /c/x && cat /e/y\n");
        assertThat(build.story().lines("warning")).isEmpty();

        build.withMaxCaches(2 * size - 1);
        assertThatThrownBy(() -> build.build("#@ cache /c\n#@ cache /e\ncat /c/x\ncat /e/y\n"))
                .isInstanceOf(StepFailedException.class);
        assertThat(build.story().lines("out")).endsWith("out 1: kept");
        assertThat(build.story().lines("warning"))
                .containsExactly("warning: CacheTooLarge[directory=/e, bytes=" + size + ", otherBytes=" + size
                        + ", limitBytes=" + (2 * size - 1) + "]");
    }

    @Test
    void untrustedPackagesAreReportedByReason() throws Exception {
        build.guests().removes("changed\t1\ta.deb");
        build.guests().removes("odd\t3\tb\u001b.deb\tc.deb");
        build.guests().removes("unlisted\t2\td.deb\te.deb");
        build.build(FILL);
        assertThat(build.story().lines("warning", "note"))
                .containsExactly(
                        "warning: UntrustedPackagesRemoved[count=4, names=[a.deb, b\u001b.deb, c.deb]]",
                        "note: OutdatedPackagesRemoved[count=2, names=[d.deb, e.deb]]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gone\t1\ta", "changed\t\ta", "changed\t1\t", "hello"})
    void aLineThatTheCheckDoesNotPrintIsRefused(String line) {
        build.guests().removes(line);
        assertThatThrownBy(() -> build.build(FILL))
                .isInstanceOf(CrossbuildException.class)
                .hasMessageContaining("Checking apt's packages in a cache before line 2 of '" + build.buildFile()
                        + "' failed: it printed '" + line.replace("\t", "\\x09")
                        + "' (expected a list of removed files)");
        assertThat(build.story().lines()).endsWith("unmountCaches");
    }

    @ParameterizedTest
    @CsvSource({
        "NO_PERL, it ended with status 127 (expected 0)",
        "SLOW_CHECK, it did not end within 90 s (expected status 0)"
    })
    void aCheckThatFailsEndsTheBuildWithALayerForWhatWasBefore(String variable, String found) throws Exception {
        assertThatThrownBy(() -> build.build("export " + variable + "=1\n" + FILL))
                .isInstanceOf(CrossbuildException.class)
                .hasMessageContaining("before line 3 of '" + build.buildFile() + "' failed: " + found)
                .extracting(e -> ((CrossbuildException) e).advice())
                .isEqualTo(List.of(AdviceKey.CORRECT_CACHE_CHECK.advice()));
        assertThat(build.layers()).isOne();
        assertThat(build.story().lines()).endsWith("checkArchives", "unmountCaches");
    }
}
