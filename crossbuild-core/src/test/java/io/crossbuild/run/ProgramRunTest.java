// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.config.BuildConfig;
import io.crossbuild.disk.DiskTree;
import io.crossbuild.disk.block.RawImage;
import io.crossbuild.error.Advice;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.NotBuiltException;
import io.crossbuild.error.ProgramFailedException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.extract.manifest.OwnFiles;
import io.crossbuild.io.RecursiveDelete;
import io.crossbuild.tree.FileTree;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ProgramRunTest {
    @TempDir
    Path directory;

    private TestTarget target;

    @BeforeEach
    void open() throws Exception {
        target = new TestTarget(directory);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        assertThat(target.guests.open()).isEmpty();
        try (Stream<Path> left = Files.list(directory.resolve("build"))) {
            assertThat(left.map(Path::getFileName).map(Path::toString)).isSubsetOf("logs");
        }
    }

    @Test
    void aProgramRunsWithItsArgumentsAndVariablesInItsDirectory() throws Exception {
        target.file("bin/prog", "pwd\nenv\ncat /stdin").file("work/x", "");
        target.with(Map.of("A", "1"), "/work")
                .reading(new ByteArrayInputStream("read".getBytes(StandardCharsets.UTF_8)));
        assertThat(target.run("/bin/prog", "echo one", "warn two")).isEmpty();
        assertThat(target.printed()).isEqualTo("/work\nA=1\nread\none\ntwo\n");
        assertThat(target.story.lines())
                .containsExactly(
                        "began: RunProgram[command=/bin/prog echo one warn two]",
                        "runProgram /bin/prog echo one warn two",
                        "ended: RunProgram[command=/bin/prog echo one warn two]");
        assertThat(target.logs().resolve("run.log"))
                .hasContent("==> /bin/prog echo one warn two\n/work\nA=1\nread\none\ntwo\n");
    }

    @Test
    void aRelativeProgramIsOneOfTheGuestsHome() throws Exception {
        target.file("sub/prog", "echo moved").file("usr/prog", "echo other");
        assertThat(target.run("./sub/prog")).isEmpty();
        assertThat(target.run("../usr/prog")).isEmpty();
        assertThat(target.printed()).isEqualTo("moved\nother\n");
    }

    @Test
    void theTargetRootStaysAsItIsAndItsRecordsStayAtHome() throws Exception {
        target.file("bin/prog", "write /bin/prog changed\nwrite /new x\ncat /.crossbuild/manifest.json");
        target.file(OwnFiles.DIRECTORY + "/manifest.json", "{}");
        assertThat(target.run("/bin/prog")).isPresent();
        assertThat(target.root.resolve("new")).doesNotExist();
        assertThat(target.root.resolve("bin/prog")).content().startsWith("write");
    }

    @Test
    void whatAProgramLookedForAndTheEnvironmentHasIsNamed() throws Exception {
        target.guest
                .file("/etc/app.conf", bytes("12345"))
                .file("/usr/share/app/data", bytes("1"))
                .file("/root/local/x", bytes("123"));
        target.file("bin/prog", "cat /etc/app.conf");
        ProgramFailedException failure = target.run("/bin/prog").orElseThrow();
        assertThat(failure).hasMessage("Program '/bin/prog' failed in the target root: status 1 (expected 0)");
        assertThat(failure.exitStatus()).isOne();
        assertThat(failure.logFile()).contains(target.logs().resolve("run.log"));
        assertThat(failure.advice())
                .containsExactly(AdviceKey.ADD_TO_CONFIGURATION.advice("entries", "\"Files\": [\"/etc/app.conf\"]"));
        assertThat(target.story.lines("warning"))
                .containsExactly("warning: LookedForInVain[program=/bin/prog, entries=[Lookup[path=/etc/app.conf,"
                        + " entry=/etc/app.conf, directory=false, sizeBytes=5, owner=Optional.empty]], more=0]");

        target.file("bin/local", "cat /local/x");
        assertThat(target.run("/bin/local").orElseThrow().advice().get(0).text())
                .isEqualTo("Add what it looked for to config.json: \"Files\": [\"local/x\"]");
    }

    @Test
    void whatTheEnvironmentDoesNotHaveEitherIsNoAdvice() throws Exception {
        target.guest.file("/etc/something", bytes("1"));
        target.file("bin/prog", "cat /etc/nothing").file("bin/other", "cat /etc/something");
        assertThat(target.run("/bin/prog").orElseThrow().advice()).isEmpty();
        target.ofUnknownOrigin();
        assertThat(target.run("/bin/other").orElseThrow().advice()).isEmpty();
        assertThat(target.run("/bin/prog").orElseThrow().advice()).isEmpty();
        assertThat(target.story.lines("warning")).isEmpty();
    }

    @Test
    void nothingRunsFromATargetRootBetweenTwoStates() throws Exception {
        target.file("bin/prog", "echo").file(OwnFiles.DIRECTORY + "/manifest.next.json", "{}");
        assertThatThrownBy(() -> target.run("/bin/prog"))
                .isInstanceOf(NotBuiltException.class)
                .hasMessage("Cannot run '/bin/prog' from '" + target.root
                        + "': an extraction into it was interrupted, or is running (expected a complete one)");
    }

    @Test
    void aProgramThatIsNotThereIsRefusedBeforeAMachineStarts() throws Exception {
        assertThatThrownBy(() -> target.run("/bin/prog"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("Cannot use '" + target.root + "': Program '/bin/prog' is not there (expected a file)");
        target.file("bin/prog", "").with(Map.of(), "/none");
        assertThatThrownBy(() -> target.run("/bin/prog"))
                .hasMessageContaining("working directory '/none' is not there (expected a directory)");
        RecursiveDelete.delete(target.root);
        assertThatThrownBy(() -> target.run("/bin/prog"))
                .isInstanceOf(NotBuiltException.class)
                .hasMessage("Cannot run '/bin/prog' from '" + target.root
                        + "': there is no such directory (expected the result of an extraction)");
        assertThat(target.guests.count()).isZero();
    }

    @Test
    void aProgramThatDoesNotEndIsAFailureToo() throws Exception {
        target.file("bin/prog", "sleep");
        ProgramFailedException failure = target.run("/bin/prog").orElseThrow();
        assertThat(failure)
                .hasMessage(
                        "Program '/bin/prog' failed in the target root: did not end within 10m (expected status 0)");
        assertThat(failure.exitStatus()).isEqualTo(-1);
        assertThat(failure.advice()).extracting(Advice::key).containsExactly(AdviceKey.MORE_RUN_TIME);
    }

    @Test
    void aMachineThatDiesIsNoFailureOfTheProgram() throws Exception {
        target.file("bin/prog", "echo x");
        target.guests.dieAt("runProgram");
        assertThatThrownBy(() -> target.run("/bin/prog")).isInstanceOf(VirtualMachineException.class);
    }

    @Test
    void onlyWhatWasExtractedIsTakenFromAProjectsDirectory() throws Exception {
        // With "." as the target root, the logs are inside it.
        Path root = directory.resolve("build");
        Files.writeString(root.resolve("prog"), "cat /secret");
        Files.writeString(root.resolve("secret"), "x");
        Files.createDirectories(new OwnFiles(root).directory());
        Files.writeString(new OwnFiles(root).manifest(), """
                {"version":1,"files":[
                {"path":"prog","type":"file","guest":"/root/prog","size":1,"sha256":"0","reason":{"name":"a","rule":"b"}}
                ]}
                """);
        Path image = directory.resolve("image");
        TargetImage.write(image, root, root.resolve("target/logs"), 1 << 20);
        try (FileTree tree = DiskTree.open(RawImage.open(image))) {
            assertThat(tree.children(tree.root())).extracting(e -> e.name()).containsExactly("prog");
        }
        RecursiveDelete.delete(root);
        Files.createDirectories(root.resolve("logs"));
    }

    @Test
    void theWorkingDirectoryIsThatOfTheNanosManifest() {
        BuildConfig config = BuildConfig.EMPTY;
        assertThat(ProgramRun.workingDirectory(config)).isEqualTo("/");
        BuildConfig with = new BuildConfig(
                null,
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                Map.of("ManifestPassthrough", Map.of("cwd", "/srv")),
                Map.of());
        assertThat(ProgramRun.workingDirectory(with)).isEqualTo("/srv");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
