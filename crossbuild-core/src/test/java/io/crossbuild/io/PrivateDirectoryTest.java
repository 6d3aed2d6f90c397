// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.crossbuild.PretendedHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no modes")
class PrivateDirectoryTest {
    @TempDir
    Path directory;

    @Test
    void aNewOneIsClosedAndItsParentsAreNot() throws Exception {
        Path made = directory.resolve("a/b");
        PrivateDirectory.make(made);
        assertThat(mode(made)).isEqualTo("rwx------");
        Path usual = Files.createDirectory(directory.resolve("usual"));
        assertThat(mode(directory.resolve("a"))).isEqualTo(mode(usual));
    }

    @Test
    void oneThatIsThereIsTightenedAndItsParentIsNot() throws Exception {
        Path parent = open(directory.resolve("shared"));
        Path there = open(parent.resolve("store"));
        PrivateDirectory.own(there, true);
        assertThat(mode(there)).isEqualTo("rwx------");
        assertThat(mode(parent)).isEqualTo("rwxr-xr-x");
    }

    @Test
    void oneThatIsTighterStaysSo() throws Exception {
        Path there = Files.createDirectory(directory.resolve("there"));
        Files.setPosixFilePermissions(there, PosixFilePermissions.fromString("r-x------"));
        PrivateDirectory.own(there, true);
        assertThat(mode(there)).isEqualTo("r-x------");
    }

    @Test
    void aDirectoryBehindALinkIsTightened() throws Exception {
        Path there = open(directory.resolve("there"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), there);
        PrivateDirectory.own(link, true);
        assertThat(mode(there)).isEqualTo("rwx------");
    }

    @Test
    void oneOfAnotherUserIsRefusedAndLeftAsItIs() throws Exception {
        // Root changes the owner of one; other users use the root of the file system, which belongs to root.
        Path other = open(directory.resolve("other"));
        if (isRoot()) {
            Files.setAttribute(other, "unix:uid", 65534);
        } else {
            other = Path.of("/");
        }
        Path foreign = other;
        String before = mode(foreign);
        assertThatThrownBy(() -> PrivateDirectory.own(foreign, true))
                .isInstanceOf(ForeignDirectoryException.class)
                .hasMessageContaining("it belongs to user '")
                .hasMessageContaining("(expected the user who runs the build)");
        assertThat(mode(foreign)).isEqualTo(before);
    }

    @Test
    void withoutProcThisUsersDirectoriesAreStillToldFromThoseOfOthers() throws Exception {
        try (PretendedHost mac = PretendedHost.of(HostOs.MACOS)) {
            Path own = open(directory.resolve("own"));
            PrivateDirectory.own(own, true);
            assertThat(mode(own)).as("%s", mac).isEqualTo("rwx------");
            oneOfAnotherUserIsRefusedAndLeftAsItIs();
        }
    }

    @Test
    void aFileInTheWayIsReported() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> PrivateDirectory.own(file, true)).hasMessageContaining("it is a file");
    }

    @Test
    void anotherUserCannotReadWhatIsInIt() throws Exception {
        assumeThat(isRoot()).as("only root can become another user").isTrue();
        Path made = open(directory).resolve("private");
        PrivateDirectory.make(made);
        Path file = Files.writeString(made.resolve("secret"), "secret");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        Path open = open(directory.resolve("open"));
        Path seen = Files.writeString(open.resolve("seen"), "seen");
        assertThat(statusAsNobody("cat", seen.toString()))
                .as("of what is not private")
                .isZero();
        assertThat(statusAsNobody("cat", file.toString())).isNotZero();
        assertThat(statusAsNobody("ls", made.toString())).isNotZero();
    }

    private static int statusAsNobody(String... command) throws Exception {
        ProcessBuilder builder = new ProcessBuilder("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
        builder.command().addAll(java.util.List.of(command));
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    private static boolean isRoot() throws Exception {
        return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    }

    private static Path open(Path directory) throws Exception {
        Files.createDirectories(directory);
        return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String mode(Path directory) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory));
    }
}
