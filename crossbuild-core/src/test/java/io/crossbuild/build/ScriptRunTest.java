// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.PretendedHost;
import io.crossbuild.disk.qcow2.Qcow2Header;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.NotBuiltException;
import io.crossbuild.error.StepFailedException;
import io.crossbuild.extract.needs.TracedLine;
import io.crossbuild.guest.MemoryGuest;
import io.crossbuild.guest.MemoryGuests;
import io.crossbuild.io.HostOs;
import io.crossbuild.io.RecursiveDelete;
import io.crossbuild.spec.InputSpec;
import io.crossbuild.store.Store;
import io.crossbuild.tree.FileType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Builds that succeed: the order of events, and what is taken from the store. */
@Timeout(60)
class ScriptRunTest {
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
    void whatWasBuiltIsFoundInAStoreThatCannotBeWritten() throws Exception {
        build.build("echo one\n");
        assertThat(build.heldReadOnly("echo one\n")).isPresent();
        assertThat(build.heldReadOnly("echo two\n")).isEmpty();
        build.assertNothingIsLeft();
    }

    @Test
    void anEnvironmentThatWasRemovedBeforeItWasHeldIsNamed() throws Exception {
        build.store().remove(Store.Kind.ENVIRONMENT, "env-1");
        assertThatThrownBy(() -> build.build("true\n"))
                .isInstanceOf(NotBuiltException.class)
                .hasMessageContaining("it was removed while the build was starting");
        build.assertNothingIsLeft();
    }

    @Test
    void stepsRunInOneGuestEachIntoALayer() throws Exception {
        LayeredDisk disk = build.build("echo one && write /a 1\nwarn two && write /b 2\n");

        assertThat(build.story().lines())
                .containsExactly(
                        "mount",
                        "started 1/2 echo one && write /a 1 (NOT_BUILT_BEFORE)",
                        "step echo one && write /a 1",
                        "out 1: one",
                        "finished 1/2",
                        "snapshot",
                        "started 2/2 warn two && write /b 2 (AFTER_STEP)",
                        "step warn two && write /b 2",
                        "err 2: two",
                        "finished 2/2",
                        "unmountRoot",
                        "end");
        assertThat(build.guests().count()).isOne();
        assertThat(disk.steps()).isEqualTo(2);
        assertThat(disk.stepsRun()).isEqualTo(2);
        assertThat(disk.images()).hasSize(3);
        assertThat(disk.ids()).hasSize(3).doesNotHaveDuplicates();
        assertThat(build.layers()).isEqualTo(2);
        assertThat(TestBuild.read(disk, "/a")).isEqualTo("1");
        assertThat(TestBuild.read(disk, "/b")).isEqualTo("2");
        assertThat(build.log())
                .hasContent("==> line 1: echo one && write /a 1\none\n==> line 2: warn two && write /b 2\ntwo\n");
    }

    @Test
    void onWindowsLayersArePublishedWhenTheMachineHasEndedAndItsFilesAreClosed() throws Exception {
        assertThat(layersWhileTheMachineRuns()).isOne();
        RecursiveDelete.delete(directory.resolve("store"));
        open();
        try (PretendedHost windows = PretendedHost.of(HostOs.WINDOWS)) {
            assertThat(layersWhileTheMachineRuns()).as("%s", windows).isZero();
        }
        assertThat(build.layers()).isEqualTo(2);
        build.story().clear();
        assertThat(TestBuild.read(build.build("write /a 1\necho two\ncat /a\n"), "/a"))
                .isEqualTo("1");
        assertThat(build.story().lines("skipped")).hasSize(2);
    }

    private int layersWhileTheMachineRuns() throws Exception {
        MemoryGuests.Held second = build.guests().holdAt("step echo two");
        FutureTask<LayeredDisk> running = new FutureTask<>(() -> build.build("write /a 1\necho two\n"));
        new Thread(running).start();
        second.await();
        int layers = build.layers();
        second.release();
        running.get();
        build.guests().calm();
        return layers;
    }

    @Test
    void onWindowsTheLayersOfTheStepsBeforeAFailedOneStayToo() throws Exception {
        try (PretendedHost windows = PretendedHost.of(HostOs.WINDOWS)) {
            assertThatThrownBy(() -> build.build("write /a 1\nexit 3\n"))
                    .as("%s", windows)
                    .isInstanceOf(StepFailedException.class);
        }
        assertThat(build.layers()).isOne();
    }

    @Test
    void aDiskThatIsLargerThanRequestedKeepsItsSizeAndTheLogSaysSo() throws Exception {
        build.withDisk(1 << 29);
        LayeredDisk disk = build.build("echo one\n");
        assertThat(build.story().lines("note"))
                .containsExactly("note: DiskSizeKept[requestedBytes=536870912, bytes=1073741824]");
        Path image = disk.images().get(disk.images().size() - 1);
        assertThat(Qcow2Header.read(image).virtualSizeBytes()).isEqualTo(1L << 30);

        build.story().clear();
        build.build("echo one\n");
        assertThat(build.story().lines("note")).isEmpty();
        build.withDisk(1L << 31);
        build.build("echo one\necho two\n");
        build.withDisk(1L << 30);
        build.build("echo one\necho two\necho three\n");
        assertThat(build.story().lines("note"))
                .containsExactly("note: DiskSizeKept[requestedBytes=1073741824, bytes=2147483648]");
    }

    @Test
    void aSecondBuildTakesEverythingFromTheStoreWithoutAGuest() throws Exception {
        LayeredDisk first = build.build("echo one\necho two\n");
        build.story().clear();
        LayeredDisk second = build.build("echo one\necho two\n");

        assertThat(build.story().lines()).containsExactly("skipped 1/2 echo one", "skipped 2/2 echo two");
        assertThat(build.guests().count()).isOne();
        assertThat(second.stepsRun()).isZero();
        assertThat(second.ids()).isEqualTo(first.ids());
        assertThat(second.images()).isEqualTo(first.images());
        assertThat(build.held("echo one\necho two\n")).contains(second);
        assertThat(build.held("echo one\necho other\n")).isEmpty();
    }

    @Test
    void aChangedLineIsRunOnTheLayersOfTheLinesBeforeIt() throws Exception {
        build.build("write /a 1\necho two\n");
        build.story().clear();
        LayeredDisk disk = build.build("write /a 1\ncat /a\n");

        assertThat(build.story().lines("skipped", "started", "out"))
                .containsExactly("skipped 1/2 write /a 1", "started 2/2 cat /a (NOT_BUILT_BEFORE)", "out 2: 1");
        assertThat(disk.stepsRun()).isOne();
        assertThat(build.layers()).isEqualTo(3);
    }

    @Test
    void directoryAndVariablesGoFromStepToStepAlsoThroughTheStore() throws Exception {
        build.build("cd /srv && export A=\"b c\"\npwd && env\n");
        assertThat(build.story().lines("out")).containsExactly("out 2: /srv", "out 2: declare -x A=\"b c\"");

        build.story().clear();
        build.build("cd /srv && export A=\"b c\"\nenv && pwd\n");
        assertThat(build.story().lines("skipped", "out"))
                .containsExactly(
                        "skipped 1/2 cd /srv && export A=\"b c\"", "out 2: declare -x A=\"b c\"", "out 2: /srv");
    }

    @Test
    void aStepThatReplacedItsShellLeavesTheStateBeforeIt() throws Exception {
        build.build("cd /srv\ncd /tmp && exec true\npwd\n");
        assertThat(build.story().lines("out")).containsExactly("out 3: /srv");
    }

    @Test
    void aDamagedLayerIsMadeAgainWithThoseAboveIt() throws Exception {
        LayeredDisk first = build.build("echo one\necho two\necho three\n");
        Path damaged = first.images().get(2);
        Files.writeString(damaged, "no qcow2");
        build.story().clear();
        LayeredDisk second = build.build("echo one\necho two\necho three\n");

        assertThat(build.story().lines("warning"))
                .singleElement()
                .asString()
                .startsWith("warning: LayerDamaged[step=echo two, damage='" + damaged + "' has 8 bytes (expected ");
        assertThat(build.story().lines("skipped", "started"))
                .containsExactly(
                        "skipped 1/3 echo one",
                        "started 2/3 echo two (LAYER_DAMAGED)",
                        "started 3/3 echo three (AFTER_STEP)");
        assertThat(second.ids()).startsWith(first.ids().get(0), first.ids().get(1));
        assertThat(build.held("echo one\necho two\necho three\n"))
                .contains(build.build("echo one\necho two\necho three\n"));
    }

    @Test
    void aLayerThatWasRemovedIsMadeAgain() throws Exception {
        LayeredDisk first = build.build("echo one\necho two\n");
        for (String layer : build.store().keys(Store.Kind.LAYER)) {
            if (layer.endsWith(first.ids().get(1))) {
                build.store().remove(Store.Kind.LAYER, layer);
            }
        }
        build.story().clear();
        build.build("echo one\necho two\n");
        assertThat(build.story().lines("started"))
                .containsExactly("started 1/2 echo one (LAYER_GONE)", "started 2/2 echo two (AFTER_STEP)");
    }

    @Test
    void noCacheRunsEverythingAgainAndReplacesTheLayers() throws Exception {
        LayeredDisk first = build.build("echo one\necho two\n");
        build.story().clear();
        build.withoutCache(true);
        LayeredDisk second = build.build("echo one\necho two\n");

        assertThat(build.story().lines("started"))
                .containsExactly("started 1/2 echo one (NO_CACHE)", "started 2/2 echo two (AFTER_STEP)");
        assertThat(second.ids()).doesNotContainAnyElementsOf(first.ids().subList(1, 3));
        assertThat(build.layers()).isEqualTo(2);
        assertThat(build.held("echo one\necho two\n")).map(LayeredDisk::ids).contains(second.ids());
    }

    @Test
    void aStepThatIsAlwaysRunReplacesItsLayerAndThoseAboveIt() throws Exception {
        String text = "echo one\n#@ always\necho two\necho three\n";
        LayeredDisk first = build.build(text);
        build.story().clear();
        LayeredDisk second = build.build(text);

        assertThat(build.story().lines("skipped", "started"))
                .containsExactly(
                        "skipped 1/3 echo one", "started 2/3 echo two (ALWAYS)", "started 3/3 echo three (AFTER_STEP)");
        assertThat(second.ids().subList(0, 2)).isEqualTo(first.ids().subList(0, 2));
        assertThat(second.ids()).doesNotContainAnyElementsOf(first.ids().subList(2, 4));
        assertThat(build.layers()).isEqualTo(3);
    }

    private static final String TRACED = "write /a 1\n#@ trace\ncat /a\necho three\n#@ trace\n#@ always\necho four\n";

    private static TracedLine traced(int line, String path) {
        return new TracedLine(line, new TreeMap<>(Map.of(path, FileType.REGULAR)));
    }

    @Test
    void whatTracedStepsReadIsFoundInTheirLayersAndKeptWithThem() throws Exception {
        List<List<Path>> disks = new ArrayList<>();
        build.withTraces((images, window) -> {
            assertThat(window).isEqualTo(MemoryGuest.ACCESSES);
            assertThat(images).allMatch(Files::exists);
            disks.add(images);
            return new TreeMap<>(Map.of("/read-" + images.size(), FileType.REGULAR));
        });
        LayeredDisk first = build.build(TRACED);

        assertThat(build.story().lines("step", "traced"))
                .containsExactly("step write /a 1", "traced step cat /a", "step echo three", "traced step echo four");
        assertThat(disks)
                .satisfiesExactly(
                        disk -> assertThat(disk).hasSize(3),
                        disk -> assertThat(disk).hasSize(5));
        assertThat(first.traced()).containsExactly(traced(3, "/read-3"), traced(7, "/read-5"));
        assertThat(build.held(TRACED)).map(LayeredDisk::traced).contains(first.traced());

        // The list of the first traced step comes from the store, with the line's new number.
        build.withTraces((images, window) -> new TreeMap<>(Map.of("/again", FileType.REGULAR)));
        assertThat(build.build("# more\n" + TRACED).traced())
                .containsExactly(traced(4, "/read-3"), traced(8, "/again"));
        assertThat(build.build("write /a 1\n#@ trace\ncat /a\n").traced()).containsExactly(traced(3, "/read-3"));
    }

    @Test
    void aLineRunsWithoutANetworkIfItSaysSo() throws Exception {
        build.build("write /a 1\n#@ network none\ncat /a\necho three\n");
        assertThat(build.story().lines("step", "offline"))
                .containsExactly("step write /a 1", "offline step cat /a", "step echo three");
        build.story().clear();
        build.build("write /a 1\ncat /a\n");
        assertThat(build.story().lines("skipped", "started"))
                .containsExactly("skipped 1/2 write /a 1", "started 2/2 cat /a (NOT_BUILT_BEFORE)");
    }

    @Test
    void aLayerWithoutAListIsNotSufficientForATracedStep() throws Exception {
        build.build("write /a 1\ncat /a\n");
        build.withTraces((images, window) -> new TreeMap<>(Map.of("/a", FileType.REGULAR)));
        build.story().clear();
        assertThat(build.build("write /a 1\n#@ trace\ncat /a\n").traced()).containsExactly(traced(3, "/a"));
        assertThat(build.story().lines("skipped", "started"))
                .containsExactly("skipped 1/2 write /a 1", "started 2/2 cat /a (NOT_BUILT_BEFORE)");
        assertThat(build.build("write /a 1\ncat /a\n").traced()).isEmpty();
    }

    @Test
    void aDamagedListIsMadeAgain() throws Exception {
        build.withTraces((images, window) -> new TreeMap<>(Map.of("/a", FileType.REGULAR)));
        LayeredDisk first = build.build("#@ trace\necho one\necho two\n");
        Files.writeString(first.images().get(1).resolveSibling("trace"), "damaged");
        build.story().clear();
        assertThat(build.build("#@ trace\necho one\necho two\n").traced()).isEqualTo(first.traced());
        assertThat(build.story().lines("started"))
                .containsExactly("started 1/2 echo one (LAYER_DAMAGED)", "started 2/2 echo two (AFTER_STEP)");
    }

    @Test
    void aStepWhoseListCannotBeMadeLeavesNoLayer() throws Exception {
        build.withTraces((images, window) -> {
            throw new CrossbuildException("the disk is malformed");
        });
        assertThatThrownBy(() -> build.build("echo one\n#@ trace\necho two\necho three\n"))
                .hasMessage("the disk is malformed");
        assertThat(build.layers()).isOne();
    }

    @Test
    void theFirstStepAfterANewReleaseIsPrecededByItsPackageLists() throws Exception {
        build.build("echo one\n");
        build.archiveIsAt(Optional.of("release-2"));
        build.story().clear();
        LayeredDisk disk = build.build("echo one\necho two\n");

        assertThat(build.story().lines())
                .containsExactly(
                        "skipped 1/2 echo one",
                        "mount",
                        "began: RefreshPackageLists[]",
                        "step apt-get update",
                        "ended: RefreshPackageLists[]",
                        "snapshot",
                        "started 2/2 echo two (NOT_BUILT_BEFORE)",
                        "step echo two",
                        "out 2: two",
                        "finished 2/2",
                        "unmountRoot",
                        "end");
        assertThat(disk.images()).hasSize(4);
        assertThat(TestBuild.read(disk, "/var/lib/apt/lists/update")).isEqualTo("refreshed");
        build.story().clear();
        assertThat(build.build("echo one\necho two\n"))
                .extracting(LayeredDisk::ids)
                .isEqualTo(disk.ids());
        build.build("echo one\necho other\n");
        assertThat(build.story().lines("step")).containsExactly("step echo other");
    }

    @Test
    void withoutAnAnswerOfTheArchiveTheListsStay() throws Exception {
        build.archiveIsAt(Optional.empty());
        build.build("echo one\n");
        assertThat(build.story().lines("step", "note")).containsExactly("step echo one");
    }

    @Test
    void inputsAreUnpackedBeforeTheirStepAndCountInItsKey() throws Exception {
        build.file("a.txt", "first");
        build.withInputs(
                new InputSpec("pom.xml", "inputs", build.file("whole.txt", "w").toString(), "/in/", List.of()));
        String text = "cat /in/whole.txt\n#@ copy a.txt here/\ncd /srv && cat /root/here/a.txt\n";
        build.build(text);

        assertThat(build.story().lines("plugInputs", "started", "copyIn", "step", "out"))
                .containsExactly(
                        "plugInputs",
                        "started 1/2 cat /in/whole.txt (NOT_BUILT_BEFORE)",
                        "copyIn /in/",
                        "step cat /in/whole.txt",
                        "out 1: w",
                        "started 2/2 cd /srv && cat /root/here/a.txt (AFTER_STEP)",
                        "copyIn here/",
                        "step cd /srv && cat /root/here/a.txt",
                        "out 2: first");
        assertThat(build.story().lines("note"))
                .hasSize(2)
                .last()
                .asString()
                .matches("note: InputCopied\\[input=copy a.txt here/, files=1, bytes=\\d+, elapsed=PT.*S]");

        build.file("a.txt", "second");
        build.story().clear();
        build.build(text);
        assertThat(build.story().lines("skipped", "started", "out"))
                .containsExactly(
                        "skipped 1/2 cat /in/whole.txt",
                        "started 2/2 cd /srv && cat /root/here/a.txt (InputChanged[input=copy a.txt here/])",
                        "out 2: second");
    }

    @Test
    void anInputThatChangesAfterItsKeyWasMadeEndsTheBuild() throws Exception {
        Path input = build.file("a.txt", "first");
        MemoryGuests.Held held = build.guests().holdAt("step echo one");
        CompletableFuture<LayeredDisk> other = runAsync("echo one\n");
        held.await();
        CompletableFuture<LayeredDisk> waiting = runAsync("echo one\n#@ copy a.txt /in/\necho two\n");
        build.story().await("note: WaitingForStep");
        Files.writeString(input, "second");
        held.release();

        assertThat(other.get(30, TimeUnit.SECONDS).stepsRun()).isOne();
        assertThat(waiting)
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withMessageContaining(
                        "'copy a.txt /in/' failed: its source changed while the build was starting (expected no change)");
        assertThat(build.layers()).isOne();
    }

    @Test
    void oneOfTwoBuildsOfAStepRunsItAndTheOtherWaits() throws Exception {
        MemoryGuests.Held held = build.guests().holdAt("step echo one");
        CompletableFuture<LayeredDisk> first = runAsync("echo one\necho two\n");
        held.await();
        CompletableFuture<LayeredDisk> second = runAsync("echo one\necho two\n");
        build.story()
                .await("note: WaitingForStep[process=OptionalLong["
                        + ProcessHandle.current().pid() + "]");
        held.release();

        LayeredDisk made = first.get(30, TimeUnit.SECONDS);
        LayeredDisk found = second.get(30, TimeUnit.SECONDS);
        assertThat(found.ids()).isEqualTo(made.ids());
        assertThat(List.of(made.stepsRun(), found.stepsRun())).containsExactly(2, 0);
        assertThat(build.story().lines("step")).containsExactly("step echo one", "step echo two");
        assertThat(build.guests().count()).isOne();
    }

    @Test
    void aStepThatAnotherBuildFinishedFirstStaysPrivateToThisOne() throws Exception {
        build.build("echo one\n");
        build.withoutCache(true);
        MemoryGuests.Held held = build.guests().holdAt("step echo two");
        CompletableFuture<LayeredDisk> slow = runAsync("echo one\necho two\n");
        held.await();
        build.guests().calm();
        build.withoutCache(false);
        LayeredDisk fast = build.build("echo one\necho two\n");
        held.release();
        LayeredDisk forced = slow.get(30, TimeUnit.SECONDS);
        assertThat(fast.ids()).hasSize(3);
        assertThat(forced.ids()).hasSize(3);
        assertThat(build.held("echo one\necho two\n")).map(LayeredDisk::ids).contains(forced.ids());
    }

    @Test
    void tooManyCachesAndOneDirectoryOfTwoScopesAreRefused() {
        assertThatThrownBy(() -> build.build("#@ cache /a\n#@ cache id=x /a\necho\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'/a' is a cache of both 'com.example:demo' and 'id=x'");
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 7; i++) {
            many.append("#@ cache /c").append(i).append('\n');
        }
        assertThatThrownBy(() -> build.build(many + "echo\n"))
                .isInstanceOf(CrossbuildException.class)
                .hasMessageContaining("7 caches (expected at most 6)");
    }

    private CompletableFuture<LayeredDisk> runAsync(String text) {
        CompletableFuture<LayeredDisk> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(build.build(text));
                    } catch (Exception | AssertionError e) {
                        result.completeExceptionally(e);
                    }
                },
                "build");
        thread.setDaemon(true);
        thread.start();
        return result;
    }
}
