// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.crossbuild.it.Kill.Goal;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goals that are killed at random points. The seed is printed; {@code -Dcrossbuild.it.seed=NUMBER} sets it.
 *
 * <p>Kills are on Linux only: a session, which tells what a run has started, is found in /proc.
 */
@VirtualMachineTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CrashIT {
    private static final boolean LONG = Boolean.getBoolean("crossbuild.it.long");
    private static final int KILLS = LONG ? 200 : 20;
    /** Reading the store takes as long as a kill. */
    private static final int KILLS_PER_VERIFICATION = 5;
    /** A run may end before its kill: then it is killed after half of the time. */
    private static final int ATTEMPTS = 6;

    private CrashScene scene;

    @BeforeAll
    void makeTheScene() throws Exception {
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
        assumeThat(System.getProperty(MavenRun.PRETENDED_HOST, ""))
                .as("other hosts boot machines cold")
                .isEmpty();
        scene = new CrashScene(LONG);
    }

    static List<Kill> kills() {
        String given = System.getProperty("crossbuild.it.seed", "");
        long seed = given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
        System.out.println("-Dcrossbuild.it.seed=" + seed);
        return Kill.plan(seed, KILLS, LONG);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("kills")
    void theNextRunIsRightWithoutHelp(Kill kill) throws Exception {
        Goal goal = kill.goal();
        Duration undisturbed = scene.undisturbed(goal);
        boolean hit = false;
        for (int attempt = 0; attempt < ATTEMPTS && !hit; attempt++) {
            Duration delay = Duration.ofMillis((long) (kill.fraction() * undisturbed.toMillis()) >> attempt);
            String words = kill + " after " + delay.toMillis() + " of " + undisturbed.toMillis() + " ms";
            hit = killed(kill, delay, words);
        }
        assertThat(hit)
                .as(kill + ": the run ended before each of " + ATTEMPTS + " kills")
                .isTrue();
    }

    /** Returns false if the run was over before the kill. */
    private boolean killed(Kill kill, Duration delay, String words) throws Exception {
        Goal goal = kill.goal();
        CrashInvariants invariants = new CrashInvariants(scene, words);
        scene.prepare(goal);
        TargetSnapshot before = scene.snapshot();
        RunningMaven maven = scene.maven(goal.arguments()).start();
        boolean hit = !maven.endsWithin(delay) && strike(maven, kill.means());
        boolean goesOn = !hit || kill.means() == Kill.Means.KILL_MACHINE;
        MavenOutcome outcome = invariants.allEnds(maven, goesOn ? DEADLINE : CrashInvariants.SOON);
        if (!hit) {
            invariants.holds("a run that is not killed succeeds", () -> scene.checkRight(goal, outcome.succeeded()));
            return false;
        }
        if (kill.means() == Kill.Means.KILL_MACHINE) {
            invariants.leftNothing(outcome);
        }
        CrashInvariants.State state = invariants.isOldOrNewOrMarked(before);
        System.out.println(words + ": status " + outcome.status() + ", target root " + state);
        if (state == CrashInvariants.State.MARKED && kill.number() % 2 == 0) {
            invariants.isHealedBy(Goal.EXTRACT);
        }
        invariants.nextRunIsRight(goal);
        if (kill.number() % KILLS_PER_VERIFICATION == 0) {
            invariants.storeIsSound();
        }
        return true;
    }

    private static boolean strike(RunningMaven maven, Kill.Means means) throws Exception {
        return switch (means) {
            case KILL -> maven.tryKill();
            case TERMINATE -> maven.tryTerminate();
            case INTERRUPT -> maven.tryInterrupt();
            case KILL_MACHINE -> maven.tryKillMachine();
        };
    }

    @ParameterizedTest
    @EnumSource(names = {"EXTRACT", "BUILD"})
    void aMixtureOfTwoExtractionsIsMarkedUntilItIsRepaired(Goal repair) throws Exception {
        CrashInvariants invariants = new CrashInvariants(
                scene, "SIGKILL of Maven while it puts files in place, to be repaired by " + repair.arguments()[0]);
        boolean marked = false;
        for (int attempt = 0; attempt < ATTEMPTS && !marked; attempt++) {
            scene.prepare(Goal.EXTRACT);
            RunningMaven maven = scene.maven(Goal.EXTRACT.arguments()).start();
            boolean over = false;
            while (!over && !scene.isMarked()) {
                over = maven.endsWithin(Duration.ofMillis(1));
            }
            maven.tryKill();
            invariants.allEnds(maven, CrashInvariants.SOON);
            marked = scene.isMarked();
        }
        assertThat(marked).as("a kill between two states").isTrue();
        scene.maven(Goal.RUN.arguments())
                .run(DEADLINE)
                .failed()
                .startedNoMachine()
                .mentions("an extraction into it was interrupted, or is running");
        invariants.isHealedBy(repair);
        invariants.nextRunIsRight(Goal.EXTRACT);
    }
}
