// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.io.PathLock;
import io.crossbuild.it.Kill.Goal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What holds after a run was killed. A failure names the kill and the invariant. */
final class CrashInvariants {
    /** More than the time for which Maven waits for a goal that is interrupted. */
    static final Duration SOON = Duration.ofSeconds(30);

    private static final Duration POLL = Duration.ofMillis(50);
    private static final String BOOTED_AGAIN = "Could not continue the saved machine";

    private final CrashScene scene;
    private final String kill;

    CrashInvariants(CrashScene scene, String kill) {
        this.scene = scene;
        this.kill = kill;
    }

    /** Something that fails with an AssertionError if it does not hold. */
    @FunctionalInterface
    interface Check {
        void run() throws Exception;
    }

    /** The state of the target root after a kill. */
    enum State {
        OLD,
        NEW,
        MARKED
    }

    void holds(String invariant, Check check) throws InterruptedException {
        try {
            check.run();
        } catch (InterruptedException e) {
            throw e;
        } catch (AssertionError | Exception e) {
            throw new AssertionError(kill + ": does not hold: " + invariant + "\n" + e.getMessage(), e);
        }
    }

    /** Maven and every process that it started end, and no lock is held. */
    MavenOutcome allEnds(RunningMaven maven, Duration deadline) throws IOException, InterruptedException {
        holds("Maven ends within " + deadline, () -> maven.await(deadline));
        holds("every process that the run started ends within " + SOON, () -> {
            long end = System.nanoTime() + SOON.toNanos();
            while (!maven.session().isEmpty() && System.nanoTime() < end) {
                Thread.sleep(POLL.toMillis());
            }
            assertThat(maven.session()).extracting(ProcessHandle::info).isEmpty();
        });
        holds("no lock is held", () -> assertThat(heldLocks()).isEmpty());
        return maven.await(deadline);
    }

    private List<Path> heldLocks() throws IOException {
        List<Path> files = new ArrayList<>(List.of(scene.targetRoot().resolve(".crossbuild/lock")));
        for (String directory : List.of("locks", "builds", "staging")) {
            // The locks themselves, and those in directories of one process.
            try (Stream<Path> all = Files.walk(scene.home().resolve(directory), 2)) {
                all.filter(path -> path.getFileName().toString().endsWith(".lock"))
                        .forEach(files::add);
            }
        }
        List<Path> held = new ArrayList<>();
        for (Path file : files) {
            Optional<PathLock> lock = PathLock.tryAcquire(file);
            lock.ifPresentOrElse(PathLock::close, () -> held.add(file));
        }
        return held;
    }

    /** The target root is the old one, the new one, or marked as a mixture. */
    State isOldOrNewOrMarked(TargetSnapshot before) throws IOException, InterruptedException {
        if (scene.isMarked()) {
            return State.MARKED;
        }
        TargetSnapshot now = scene.snapshot();
        List<String> fromNew = now.differences(scene.expected());
        List<String> fromOld = now.differences(before);
        holds(
                "the target root is the old one, the new one, or marked",
                () -> assertThat(fromOld.isEmpty() || fromNew.isEmpty())
                        .as("no marker; compared with the old one: " + fromOld + "; with the new one: " + fromNew)
                        .isTrue());
        return fromOld.isEmpty() ? State.OLD : State.NEW;
    }

    /** The marked target root is right after another run of a goal. */
    void isHealedBy(Goal goal) throws InterruptedException {
        holds("a marked target root is repaired by " + goal.arguments()[0], () -> {
            MavenOutcome outcome = scene.maven(goal.arguments()).run(DEADLINE).succeeded();
            outcome.mentions("the last extraction was interrupted while it put files in place");
            assertThat(scene.isMarked()).as("a marker").isFalse();
            scene.checkRight(goal, outcome);
        });
    }

    /** The next run succeeds without help, does what it should, and removes what the killed one left. */
    void nextRunIsRight(Goal goal) throws InterruptedException {
        holds("the next run is right without help", () -> {
            MavenOutcome outcome = scene.maven(goal.arguments()).run(DEADLINE).succeeded();
            outcome.doesNotMention(BOOTED_AGAIN);
            scene.checkRight(goal, outcome);
            assertThat(scene.isMarked()).as("a marker").isFalse();
            isClean(outcome);
        });
    }

    /** A run that has ended by itself has left nothing unfinished. */
    void leftNothing(MavenOutcome outcome) throws InterruptedException {
        holds("a run whose machine was killed cleans up, and tells it without a stack trace", () -> {
            if (outcome.status() != 0) {
                outcome.failed();
            }
            isClean(outcome);
        });
    }

    private void isClean(MavenOutcome outcome) throws IOException, InterruptedException {
        outcome.leftNothingBehind();
        assertThat(scene.targetRoot().resolve(".crossbuild/staging")).doesNotExist();
    }

    /** Everything in the store is as it was written. */
    void storeIsSound() throws InterruptedException {
        holds("crossbuild:verify-store finds nothing damaged", scene::verifyStore);
    }
}
