// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * An environment that is older than its archive: its package lists are refreshed once, before the first line that runs.
 */
@VirtualMachineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefreshIT {
    private static final String REFRESHED = "Refreshing the package lists: the archive has a new release";

    private Project project;
    private Path home;

    /** A copy of the shared store, but with environments that know an earlier release of the archive. */
    @BeforeAll
    void ageTheEnvironments() throws Exception {
        project = Project.minimal("refresh")
                .write("build.txt", "true\n")
                .write("config.json", "{ \"Files\": [\"/etc/hostname\"] }");
        project.maven("crossbuild:install-env").run(DEADLINE).succeeded();
        home = Files.createTempDirectory(Files.createDirectories(Settings.work()), "aged");
        for (String kind : List.of("appliances", "environments", "qemu", "verdicts", "downloads")) {
            link(Settings.sharedHome().resolve(kind), home.resolve(kind));
        }
        Store store = Store.open(home);
        for (String key : store.keys(Store.Kind.ENVIRONMENT)) {
            age(store, key);
        }
    }

    /** Published again, because a published file that was changed is damaged. */
    private static void age(Store store, String key) throws Exception {
        Path aside = Files.move(
                store.path(Store.Kind.ENVIRONMENT, key),
                Files.createTempDirectory("aged").resolve("e"));
        store.publish(Store.Kind.ENVIRONMENT, key, content -> {
            Files.copy(aside.resolve("disk.qcow2"), content.resolve("disk.qcow2"));
            String text = Files.readString(aside.resolve("environment.json"));
            Files.writeString(
                    content.resolve("environment.json"),
                    text.replaceFirst("(\"release\" : \")[0-9a-f]+", "$1" + "0".repeat(64)));
        });
    }

    @Test
    void listsAreRefreshedOnceAndTheLayerIsKept() throws Exception {
        MavenOutcome first = project.write("build.txt", "apt-get install -y hello\n")
                .maven("crossbuild:build")
                .home(home)
                .run(DEADLINE);
        assertThat(first.succeeded().output()).containsOnlyOnce(REFRESHED);
        MavenOutcome second = project.write("build.txt", "apt-get install -y hello && hello\n")
                .maven("crossbuild:build")
                .home(home)
                .run(DEADLINE);
        assertThat(second.succeeded().output()).doesNotContain(REFRESHED).contains("Hello, world!");
        MavenOutcome third = project.maven("crossbuild:build").home(home).run(DEADLINE);
        third.succeeded().startedNoMachine();
    }

    private static void link(Path from, Path to) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Files.createDirectories(to.resolve(from.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path copy = to.resolve(from.relativize(file));
                if (attributes.isSymbolicLink()) {
                    Files.createSymbolicLink(copy, Files.readSymbolicLink(file));
                } else {
                    Files.createLink(copy, file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
