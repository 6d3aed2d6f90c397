// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.it.Kill.Goal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** A project in a store of its own whose goals are killed, and what is right after each of them. */
final class CrashScene {
    /** Two directories of many files, so that putting them in place takes its time. */
    private static final List<String> DIRECTORIES = List.of("odd", "even");

    private static final int FILES = 1000;
    private static final List<String> LINKED =
            List.of("archives", "appliances", "environments", "qemu", "states", "verdicts");
    private static final String MADE =
            "mkdir odd even; for d in odd even; do seq " + FILES + " | split -l 1 -a 3 -d - $d/; done\n";

    private final Project project = Project.minimal("crash");
    private final Project installed = Project.minimal("crash-installed");
    private final Path home;
    private final List<TargetSnapshot> complete = new ArrayList<>();
    private final Map<Goal, Duration> undisturbed = new EnumMap<>(Goal.class);
    private int directory;
    // Not in any layer of a store that is kept between runs.
    private long value = System.nanoTime();

    /** @param withDownloads whether environments will be installed */
    CrashScene(boolean withDownloads) throws Exception {
        write();
        // The environment, and a machine's saved memory.
        project.maven("crossbuild:build").run(DEADLINE).succeeded();
        home = LinkedStore.of("crash", LINKED);
        if (withDownloads) {
            LinkedStore.link(Settings.sharedHome().resolve("downloads"), home.resolve("downloads"));
        }
        run(Goal.BUILD);
        complete.add(snapshot());
        directory = 1;
        write();
        run(Goal.EXTRACT);
        complete.add(snapshot());
        for (TargetSnapshot snapshot : complete) {
            assertThat(snapshot.entries()).hasSizeGreaterThan(FILES);
            assertThat(snapshot.differences(snapshot.with("value", value + "\n")))
                    .isEmpty();
        }
    }

    private void write() throws IOException {
        project.write("build.txt", MADE + "echo " + value + " > value\ncp value twice\n")
                .write(
                        "config.json",
                        "{ \"Program\": \"/usr/bin/cat\", \"Args\": [\"/value\"], \"Files\": [\"value\", \"twice\"],"
                                + " \"Dirs\": [\"" + DIRECTORIES.get(directory) + "\"] }\n");
    }

    private MavenOutcome run(Goal goal) throws Exception {
        return maven(goal.arguments()).run(DEADLINE).succeeded();
    }

    MavenRun maven(String... arguments) {
        return project.maven(arguments).home(home);
    }

    Path home() {
        return home;
    }

    Path targetRoot() {
        return project.targetRoot();
    }

    /** Makes a change after which a goal has something to do. */
    void prepare(Goal goal) throws Exception {
        switch (goal) {
            case BUILD -> value++;
            case EXTRACT -> directory = 1 - directory;
            case RUN -> {
                // It always runs.
            }
            case INSTALL ->
                maven("crossbuild:uninstall-env", goal.arguments()[1])
                        .run(DEADLINE)
                        .succeeded();
        }
        write();
    }

    /** How long a goal takes that nothing disturbs. */
    Duration undisturbed(Goal goal) throws Exception {
        Duration known = undisturbed.get(goal);
        if (known != null) {
            return known;
        }
        prepare(goal);
        long start = System.nanoTime();
        MavenOutcome outcome = run(goal);
        Duration taken = Duration.ofNanos(System.nanoTime() - start);
        checkRight(goal, outcome);
        undisturbed.put(goal, taken);
        return taken;
    }

    /** What the target root has now. */
    TargetSnapshot snapshot() throws IOException {
        return TargetSnapshot.of(targetRoot());
    }

    /** What the target root has when the goal has succeeded. */
    TargetSnapshot expected() {
        return complete.get(directory).with("value", value + "\n").with("twice", value + "\n");
    }

    /** The outcome of a goal that has succeeded is that of one that was never disturbed. */
    void checkRight(Goal goal, MavenOutcome outcome) throws Exception {
        assertThat(snapshot().differences(expected())).as("target root").isEmpty();
        if (goal == Goal.RUN) {
            assertThat(outcome.output().lines()).as("what the program prints").contains(Long.toString(value));
        } else if (goal == Goal.INSTALL) {
            installed
                    .write("build.txt", "dpkg --audit > audit; dpkg --verify >> audit; hello >> audit\n")
                    .write("config.json", "{ \"Files\": [\"audit\"] }\n")
                    .maven("crossbuild:build", "-Dcrossbuild.noCache", goal.arguments()[1])
                    .home(home)
                    .run(DEADLINE)
                    .succeeded();
            assertThat(installed.targetRoot().resolve("audit"))
                    .as("what dpkg finds wrong, and the program's output")
                    .hasContent("Hello, world!");
        }
    }

    /** Reads the whole store. */
    void verifyStore() throws Exception {
        maven("crossbuild:verify-store").run(DEADLINE).succeeded().mentions("all are as they were written");
        // It drops saved machines without reading them; booting one for each check would take too long.
        LinkedStore.link(Settings.sharedHome().resolve("states"), home.resolve("states"));
    }

    /** Whether the target root is marked as a mixture of two extractions. */
    boolean isMarked() {
        return Files.exists(targetRoot().resolve(".crossbuild/manifest.next.json"));
    }
}
