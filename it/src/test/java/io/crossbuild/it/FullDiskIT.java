// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A store on a disk of the host that fills up while a line runs. */
@VirtualMachineTest
class FullDiskIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long FULL_KIB = 64;

    @Test
    void theLineFailsAtOnceAndGoesOnWithItsLayersWhenThereIsRoom() throws Exception {
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
        Project project = Project.minimal("full-disk")
                .write("build.txt", "echo " + System.nanoTime() + " > kept\nhead -c 60M /dev/urandom > big\n")
                .write("config.json", "{ \"Files\": [\"kept\"] }\n");
        // The environment, and a machine's saved memory.
        Project ready = Project.minimal("full-disk-before")
                .write("build.txt", "echo " + System.nanoTime() + " > kept\n")
                .write("config.json", "{ \"Files\": [\"kept\"] }\n");
        ready.maven("crossbuild:build").run(DEADLINE).succeeded();
        Path home = Settings.work().resolve("small-home");
        try (SmallDisk disk = SmallDisk.mount(home, "40m")) {
            for (String shared : List.of("appliances", "environments", "qemu", "states", "verdicts", "archives")) {
                disk.run("ln -s '" + Settings.sharedHome().resolve(shared) + "' '" + home.resolve(shared) + "'");
            }
            RunningMaven maven =
                    project.maven("crossbuild:build").home(home).on(disk).start();
            maven.awaitOutput("Step 2/2 runs", DEADLINE);
            awaitFull(disk);
            MavenOutcome full = maven.await(SOON);
            full.failed().allMachinesEnd(Duration.ofSeconds(5));
            assertThat(full.errors().get(0))
                    .contains("Line 2 of '" + project.directory().resolve("build.txt")
                            + "' failed: the host's disk is full: '" + home);
            assertThat(full.errors())
                    .contains(
                            "Free some disk space, remove what no build needs with 'mvn crossbuild:prune',"
                                    + " or set -Dcrossbuild.home to a larger disk",
                            "Log: " + project.directory().resolve("target/crossbuild/logs/default-cli/build.log"));
            assertThat(disk.run("ls '" + home + "/builds' '" + home + "/staging' | grep -v :$"))
                    .isBlank();
            assertThat(disk.freeKib()).as("free space after the failure").isGreaterThan(30 << 10);

            disk.resize("400m");
            project.maven("crossbuild:build")
                    .home(home)
                    .on(disk)
                    .run(DEADLINE)
                    .succeeded()
                    .mentions("2 steps, 1 run, 1 from the store");
        }
    }

    private static void awaitFull(SmallDisk disk) throws IOException, InterruptedException {
        long end = System.nanoTime() + DEADLINE.toNanos();
        long free = disk.freeKib();
        long least = free;
        // If space has been freed before this check, the disk was full in between.
        while (free > FULL_KIB && free <= least + FULL_KIB) {
            assertThat(System.nanoTime()).as("the disk does not get full").isLessThan(end);
            Thread.sleep(POLL.toMillis());
            free = disk.freeKib();
            least = Math.min(least, free);
        }
    }
}
