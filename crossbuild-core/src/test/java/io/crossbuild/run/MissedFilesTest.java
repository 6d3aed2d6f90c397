// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.event.Warning;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.MemoryFileTree;
import io.crossbuild.tree.MemoryFileTreeBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MissedFilesTest {
    private final MemoryFileTreeBuilder target = MemoryFileTree.builder();
    private final MemoryFileTreeBuilder guest = MemoryFileTree.builder();

    private List<Warning.LookedForInVain.Lookup> entries(List<String> said, String... paths) throws Exception {
        try (FileTree here = target.build();
                FileTree there = guest.build()) {
            MissedFiles missed = new MissedFiles(here, there);
            for (String path : paths) {
                missed.add(path);
            }
            return missed.entries(said);
        }
    }

    private List<String> paths(List<String> said, String... paths) throws Exception {
        return entries(said, paths).stream()
                .map(Warning.LookedForInVain.Lookup::entry)
                .toList();
    }

    @Test
    void aFileIsNamedOnceHoweverItWasLookedUp() throws Exception {
        guest.symlink("/lib", "usr/lib")
                .file("/usr/lib/libz.so.1.3", bytes("z"))
                .symlink("/usr/lib/libz.so.1", "libz.so.1.3");
        assertThat(paths(List.of(), "/lib/libz.so.1", "/usr//lib/./libz.so.1", "/usr/lib/libz.so.1.3"))
                .containsExactly("/lib/libz.so.1");
    }

    @Test
    void filesThatTheProgramNamedComeFirst() throws Exception {
        guest.file("/etc/a", bytes("a")).file("/etc/libb.so", bytes("b"));
        assertThat(paths(List.of("cannot open libb.so: no such file"), "/etc/a", "/etc/libb.so"))
                .containsExactly("/etc/libb.so", "/etc/a");
    }

    @Test
    void aDirectoryStandsForWhatIsInIt() throws Exception {
        guest.file("/usr/lib/python3/os.py", bytes("12")).file("/usr/lib/python3/encodings/a.py", bytes("34"));
        assertThat(entries(List.of(), "/usr/lib/python3/os.py", "/usr/lib/python3/"))
                .containsExactly(new Warning.LookedForInVain.Lookup(
                        "/usr/lib/python3", "/usr/lib/python3", true, 4, Optional.empty()));
    }

    @Test
    void directoriesOfTheSystemAreNoAdvice() throws Exception {
        guest.file("/usr/share/x/y", bytes("1")).file("/home/a", bytes("1"));
        assertThat(paths(List.of(), "/usr", "/usr/share", "/home", "/")).isEmpty();
    }

    @Test
    void whatIsThereOrBelongsToTheKernelOrIsNowhereIsLeftOut() throws Exception {
        target.file("/etc/here", bytes("1"));
        guest.file("/etc/here", bytes("1"))
                .file("/proc/x", bytes("1"))
                .file("/dev/null", bytes("1"))
                .file("/tmp/t", bytes("1"));
        guest.file("/etc/ld.so.cache", bytes("1"));
        assertThat(paths(
                        List.of(),
                        "/etc/here",
                        "/proc/x",
                        "/dev/null",
                        "/tmp/t",
                        "/etc/ld.so.cache",
                        "/etc/nowhere",
                        "",
                        "\0",
                        "//"))
                .isEmpty();
    }

    @Test
    void linksThatLeadNowhereInTheTargetRootCount() throws Exception {
        target.symlink("/etc/link", "target");
        guest.symlink("/etc/link", "target").file("/etc/target", bytes("123"));
        assertThat(paths(List.of(), "/etc/link")).containsExactly("/etc/link");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aPathOfAnyLengthIsNoError() throws Exception {
        guest.file("/etc/a", bytes("a"));
        assertThat(paths(List.of(), "/" + "./".repeat(2000) + "etc/a", "/" + "./".repeat(1_000_000) + "etc/b"))
                .containsExactly("/etc/a");
    }
}
