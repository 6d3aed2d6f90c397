// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.BuildSummary;
import io.crossbuild.ExtractionSummary;
import io.crossbuild.arch.Architecture;
import io.crossbuild.closure.HintCount;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.ExtractionChange;
import io.crossbuild.event.NeededVersion;
import io.crossbuild.event.Phase;
import io.crossbuild.event.StepReason;
import io.crossbuild.event.Warning;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
    void namesOfTheGuestAreOnOneLineAndCannotSpeakToTheTerminal() {
        String name = "a\n[INFO] BUILD SUCCESS\u202eb\u001b[2J";
        log.onEvent(new BuildEvent.RuntimeFilesAdded("rule", "data", name, 1, 1));
        log.onEvent(new BuildEvent.FilesLeftOut(List.of(name)));
        log.onEvent(new BuildEvent.LoadedFirst(name, name, 1));
        log.onEvent(new BuildEvent.ExtractionRepeated(new ExtractionChange.TargetFiles(name, 1)));
        log.onEvent(new Warning.NotLoadable(name, name, List.of(name, name)));
        log.onEvent(new Warning.ChangedFilesKept(Path.of("root"), List.of(name)));
        log.onEvent(new Warning.LibraryConflict(name, List.of(new Warning.LibraryConflict.Candidate(name, name))));
        // And whatever a line prints.
        log.onEvent(new BuildEvent.StepOutput(1, BuildEvent.Stream.OUT, "a\u202eb"));
        assertThat(lines)
                .allSatisfy(line -> assertThat(line).doesNotContain("\u202e", "\u001b"))
                .noneMatch(line -> line.startsWith("[INFO]"))
                .filteredOn(line -> line.contains("<U+202E>b"))
                .hasSize(8);
    }

    @Test
    void aBuildReadsAsOneStory() {
        Phase machine = new Phase.StartMachine("10.0.2", "tcg");
        log.onEvent(new BuildEvent.PhaseStarted(machine));
        log.onEvent(new BuildEvent.PhaseFinished(machine, Duration.ofMillis(1234)));
        Phase packages = new Phase.ConfigurePackages(210);
        log.onEvent(new BuildEvent.PhaseStarted(packages));
        log.onEvent(new BuildEvent.PhaseOutput(packages, BuildEvent.Stream.OUT, "Setting up libc6"));
        log.onEvent(new BuildEvent.StepSkipped(1, 3, "apt-get install -y gcc", Duration.ofSeconds(35)));
        log.onEvent(new BuildEvent.StepStarted(2, 3, "cat > a <<E\nx\nE", StepReason.Plain.ALWAYS));
        log.onEvent(new BuildEvent.InputCopied("copy src .", 1, 2_500_000, Duration.ofMillis(300)));
        log.onEvent(new BuildEvent.StepOutput(2, BuildEvent.Stream.OUT, "hello"));
        log.onEvent(new BuildEvent.StepFinished(2, 3, Duration.ofSeconds(75)));
        log.onEvent(new BuildEvent.StepStarted(3, 3, "make", new StepReason.InputChanged("copy src .")));
        log.onEvent(new BuildEvent.ExtractionSkipped(Path.of("root"), Optional.of(new ExtractionChange.LayerNew(3))));
        log.onEvent(new BuildEvent.ExtractionRepeated(new ExtractionChange.Settings(
                List.of(ExtractionChange.Setting.DIRS, ExtractionChange.Setting.OPTIONS))));
        log.onEvent(new Warning.ChangedFileKept(Path.of("run.json")));
        assertThat(lines)
                .containsExactly(
                        " > Booting virtual machine QEMU 10.0.2, tcg",
                        "   Booting virtual machine: done in 1.2 s",
                        " > Configuring 210 packages",
                        "    Setting up libc6",
                        " > Step 1/3 is in the store (ran 35 s): apt-get install -y gcc",
                        " > Step 2/3 runs (#@ always): cat > a <<E ...",
                        "   copy src .: 1 file, 2.5 MB in 0.3 s",
                        "    [2] hello",
                        "   Step 2/3: done in 1 min 15 s",
                        " > Step 3/3 runs (the files of 'copy src .' changed): make",
                        " > Extracting: not needed, 'root' is up to date: layer 3 is new, but the extracted files"
                                + " are the same",
                        "   Extracting again: Dirs, the extraction options changed",
                        "WARN 'run.json' has changed since an extraction wrote it, so it is kept",
                        "WARN Delete it to get a new one");
    }

    @Test
    void quietLogGetsWarningsOnly() {
        quiet = true;
        log.onEvent(new BuildEvent.StepOutput(1, BuildEvent.Stream.ERR, "hello"));
        log.onEvent(new Warning.CacheLost("/root/.npm"));
        assertThat(lines)
                .containsExactly(
                        "WARN The cache of '/root/.npm' had no file system that could be mounted: its content is lost");
    }

    @Test
    void anAcceleratorThatFailsIsReportedWithItsReason() {
        log.onEvent(new BuildEvent.AcceleratorUnusable("kvm", "QEMU ended with status 1"));
        log.onEvent(new Warning.AcceleratorFailed("hvf", "Virtual machine did not get ready: HV_ERROR"));
        log.onEvent(new Warning.JvmTranslated(Architecture.AMD64));
        assertThat(lines)
                .containsExactly(
                        "   The accelerator 'kvm' exists but cannot run a guest; using the slower 'tcg':"
                                + " QEMU ended with status 1",
                        "WARN The machine did not boot with the accelerator 'hvf', so the slower 'tcg' is used:"
                                + " Virtual machine did not get ready: HV_ERROR",
                        "WARN 'hvf' is tried again after a day. To try it at once, set -Dcrossbuild.accelerator=hvf",
                        "WARN This JDK is made for Intel processors and runs under Rosetta, so amd64 is the default of"
                                + " -Dcrossbuild.arch; this Mac has to emulate it",
                        "WARN Use a JDK for Apple's processors (aarch64), or set -Dcrossbuild.arch=arm64");
    }

    @Test
    void namesOfTheGuestCannotSpeakToTheTerminal() {
        log.onEvent(new Warning.CacheLost("/a\u001b[2J"));
        log.onEvent(new Warning.UntrustedPackagesRemoved(3, List.of("a\u001b[2J.deb")));
        log.onEvent(new BuildEvent.LinksToNothing(List.of("b\u001b[2J")));
        assertThat(lines).hasSize(3).noneMatch(line -> line.contains("\u001b"));
        assertThat(lines.get(1)).endsWith("3 files, a\\x1B[2J.deb and 2 more");
    }

    @Test
    void floorsNameSystemsAndReasons() {
        NeededVersion glibc = new NeededVersion(
                NeededVersion.Library.GLIBC, "2.34", "pthread_create@GLIBC_2.34", "/root/libhello.so");
        NeededVersion glibcxx =
                new NeededVersion(NeededVersion.Library.GLIBCXX, "3.4.30", "_Zf@GLIBCXX_3.4.30", "/root/a\u001b[2J.so");
        NeededVersion secret =
                new NeededVersion(NeededVersion.Library.GLIBC, "GLIBC_PRIVATE", "f@GLIBC_PRIVATE", "/root/p.so");
        log.onEvent(new BuildEvent.LibraryFloor(
                "x86-64", false, List.of(glibc), List.of("Debian 12", "RHEL 9"), List.of()));
        log.onEvent(new BuildEvent.LibraryFloor("AArch64", true, List.of(glibc, glibcxx), List.of(), List.of()));
        log.onEvent(new BuildEvent.LibraryFloor("ARM", false, List.of(), List.of(), List.of(secret)));
        log.onEvent(new BuildEvent.CrossLibraries("/usr/aarch64-linux-gnu/lib", 4));
        assertThat(lines)
                .containsExactly(
                        "   Runs on x86-64 with glibc 2.34 or later (Debian 12, RHEL 9), because of"
                                + " pthread_create@GLIBC_2.34 in '/root/libhello.so'",
                        "   Without the extracted libraries, the shared objects run on AArch64 with glibc 2.34 and"
                                + " libstdc++ GLIBCXX_3.4.30 or later, because of pthread_create@GLIBC_2.34 in"
                                + " '/root/libhello.so' and _Zf@GLIBCXX_3.4.30 in '/root/a\\x1B[2J.so'",
                        "   Runs on ARM only with the guest's own glibc, because of f@GLIBC_PRIVATE in '/root/p.so'",
                        "   4 files of '/usr/aarch64-linux-gnu/lib', extracted to where the loader of that"
                                + " architecture looks");
    }

    @Test
    void whatIsLeftOutIsToldWithItsSizeAndTheEntryToAdd() {
        log.onEvent(new BuildEvent.RuntimeFilesLeft(
                "qt6-qml",
                "QML modules and translations of Qt",
                "/lib/libQt6Core.so.6",
                List.of("/usr/lib/qt6/qml/", "/usr/lib/a\"b"),
                1234,
                30_100_000));
        log.onEvent(new Warning.LinkedDirectoriesLeftOut(
                50L << 20,
                List.of(
                        new Warning.LinkedDirectoriesLeftOut.Linked(
                                "/root/app/data", "/root/data", 312_000_000, true, "data"),
                        new Warning.LinkedDirectoriesLeftOut.Linked(
                                "/root/app/lib", "/usr/lib", 900, false, "/usr/lib"))));
        log.onEvent(new BuildEvent.LinkTargetsAdded(List.of("/usr/bin/dash"), 1, 129_736));
        log.onEvent(new BuildEvent.LoadedFirst("libjvm.so", "/opt/jre/lib/server/libjvm.so", 52));
        log.onEvent(new BuildEvent.LoadedFirst("liba.so", "/opt/a/liba.so", 1));
        assertThat(lines)
                .containsExactly(
                        "   Not extracted for '/lib/libQt6Core.so.6': QML modules and translations of Qt, 1,234 files,"
                                + " 30.1 MB, which few uses need; to add: \"Dirs\": [\"/usr/lib/qt6/qml\"],"
                                + " \"Files\": [\"/usr/lib/a\\\"b\"]",
                        "WARN Links lead to directories that are not extracted with them (linkedDirectorySize is 50m;"
                                + " directories of the system and those above a link never are):",
                        "WARN   '/root/app/data' to '/root/data', 312.0 MB; to add: \"Dirs\": [\"data\"]",
                        "WARN   '/root/app/lib' to '/usr/lib', more than 900 B; to add: \"Dirs\": [\"/usr/lib\"]",
                        "   Also extracted because links in extracted directories lead there: '/usr/bin/dash', 1 file,"
                                + " 129.7 kB",
                        "   52 shared objects need 'libjvm.so', which is found only if the program has opened"
                                + " '/opt/jre/lib/server/libjvm.so' before",
                        "   1 shared object needs 'liba.so', which is found only if the program has opened"
                                + " '/opt/a/liba.so' before");
    }

    @Test
    void modulesOfOneReactorCanBeToldApart() {
        MavenWords one = new MavenWords(new ModuleLog(new Lines(), "one"), transfers::add);
        one.onEvent(new BuildEvent.StepFinished(2, 3, Duration.ofSeconds(75)));
        one.onEvent(new Warning.ChangedFileKept(Path.of("run.json")));
        one.extracting(Path.of("root"));
        assertThat(lines)
                .containsExactly(
                        "[one]    Step 2/3: done in 1 min 15 s",
                        "WARN [one] 'run.json' has changed since an extraction wrote it, so it is kept",
                        "WARN [one] Delete it to get a new one",
                        "[one] Extracting to 'root'");
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
                        "Extracted 6,123 files, 210.4 MB to 'root'; removed 1 file of an earlier extraction",
                        "Not extracted, but may be opened at run time: dns (7), tls (2); -Dcrossbuild.include extracts them");
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
