// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Damaged files in a separate store: they are named and made again, and the lines give the same result. */
@VirtualMachineTest
class StoreDamageIT {
    private static final String REMOVED = "Removed from the store because it is damaged: '";

    private Project project;
    private Path home;

    @BeforeEach
    void copyTheStore(TestInfo test) throws Exception {
        project = Project.minimal(test.getTestMethod().orElseThrow().getName())
                .write("config.json", "{ \"Files\": [\"sum\"] }\n")
                .write("build.txt", "sha256sum /usr/lib/*/libc.so.6 > sum\n");
        project.maven("crossbuild:install-env").run(DEADLINE).succeeded();
        home = Files.createTempDirectory(Files.createDirectories(Settings.work()), "damaged");
        for (String directory : List.of("archives", "appliances", "downloads", "environments", "qemu", "verdicts")) {
            copy(Settings.sharedHome().resolve(directory), home.resolve(directory));
        }
        build();
    }

    private static void copy(Path from, Path to) throws IOException {
        if (!Files.exists(from)) {
            return;
        }
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isSymbolicLink(path)) {
                    Files.createSymbolicLink(/* link= */ target, /* target= */ Files.readSymbolicLink(path));
                } else if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }

    private static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int old = bytes.read();
            bytes.seek(at);
            bytes.write(old ^ 1);
        }
    }

    private static void truncate(Path file, long length) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(length);
        }
    }

    private MavenOutcome build() throws Exception {
        return project.maven("crossbuild:build").home(home).run(DEADLINE).succeeded();
    }

    private List<Path> files(String kind, String name) throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve(kind))) {
            return files.filter(file -> file.getFileName().toString().equals(name))
                    .toList();
        }
    }

    /** It installs an environment, so it runs only with {@code -Dcrossbuild.it.long=true}. */
    @Test
    @EnabledIfSystemProperty(named = "crossbuild.it.long", matches = "true")
    void anEnvironmentWithAFlippedBitIsMadeAgain() throws Exception {
        String sum = Files.readString(project.targetRoot().resolve("sum"));
        for (Path disk : files("environments", "disk.qcow2")) {
            flip(disk, Files.size(disk) / 2);
        }
        build().mentions(REMOVED + home.resolve("environments"), "/disk.qcow2' has digest ");
        assertThat(project.targetRoot().resolve("sum")).hasContent(sum);
        build().startedNoMachine();
    }

    @Test
    void aTruncatedInitramfsIsMadeAgain() throws Exception {
        for (Path initramfs : files("appliances", "initramfs.cpio")) {
            truncate(initramfs, Files.size(initramfs) / 2);
        }
        project.write("build.txt", "echo 2 > sum\n");
        build().mentions(REMOVED + home.resolve("appliances"), "/initramfs.cpio' has ");
        assertThat(project.targetRoot().resolve("sum")).hasContent("2");
        project.maven("crossbuild:verify-store")
                .home(home)
                .run(DEADLINE)
                .succeeded()
                .mentions("all are as they were");
    }
}
