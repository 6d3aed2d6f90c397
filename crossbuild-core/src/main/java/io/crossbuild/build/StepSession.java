// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostDiskException;
import io.crossbuild.error.StepFailedException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Phase;
import io.crossbuild.event.StepReason;
import io.crossbuild.extract.needs.TracedLine;
import io.crossbuild.guest.Guest;
import io.crossbuild.guest.PendingGuest;
import io.crossbuild.io.OutputLog;
import io.crossbuild.layer.LayerChain;
import io.crossbuild.layer.StepResult;
import io.crossbuild.layer.StepState;
import io.crossbuild.script.Step;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs the missing steps of a plan in one guest, each into a layer. */
final class StepSession {
    private static final PreparedStep REFRESH =
            new PreparedStep(new Step(0, 0, "apt-get update", List.of()), List.of(), List.of());

    private final ScriptRequest request;
    private final SecretValues secrets;
    private final BuildListener listener;
    private final LayerChain chain;
    private final InputTransfer inputs;
    private final CacheDisks caches;
    private final List<Run> runs;
    private final List<TracedLine> traced = new ArrayList<>();

    /**
     * A step to run.
     *
     * @param number from 1; 0 for the implied step
     * @param release the archive's release after it
     * @param reason why it runs
     * @param replaces whether its layer replaces one that the store may have
     */
    private record Run(int number, PreparedStep prepared, String release, StepReason reason, boolean replaces) {
        boolean isImplied() {
            return number == 0;
        }

        boolean hasSecrets() {
            return !prepared.step().secrets().isEmpty();
        }

        String text() {
            return prepared.step().text();
        }
    }

    /**
     * @param present the release of the archive whose package lists the chain starts with
     * @param release the release that the steps must see; empty for the present one
     */
    StepSession(
            ScriptRequest request,
            SecretValues secrets,
            BuildListener listener,
            BuildPlan plan,
            LayerChain chain,
            InputTransfer inputs,
            CacheDisks caches,
            String present,
            Optional<String> release) {
        this.request = request;
        this.secrets = secrets;
        this.listener = listener;
        this.chain = chain;
        this.inputs = inputs;
        this.caches = caches;
        this.runs = runs(plan, present, release);
    }

    private static List<Run> runs(BuildPlan plan, String present, Optional<String> release) {
        List<Run> runs = new ArrayList<>();
        release.filter(current -> !current.equals(present))
                .ifPresent(current -> runs.add(new Run(0, REFRESH, current, StepReason.Plain.NOT_BUILT_BEFORE, false)));
        for (int i = 0; i < plan.missing().size(); i++) {
            runs.add(new Run(
                    plan.held().size() + i + 1,
                    plan.missing().get(i),
                    release.orElse(present),
                    plan.reason(i),
                    plan.replaces(i)));
        }
        return runs;
    }

    /**
     * Runs the steps as soon as the guest is ready, then ends it. If a step fails, the layers before it are kept.
     *
     * @return what the traced steps read
     */
    List<TracedLine> run(PendingGuest booting) throws CrossbuildException, IOException, InterruptedException {
        List<Path> root = chain.begin(request.machine().diskSizeBytes(), listener);
        try (OutputLog log = OutputLog.open(
                request.logDirectory(), "build.log", request.machine().maxLogBytes())) {
            Guest guest = booting.mount(root);
            inputs.plug(guest);
            StepRunner runner = new StepRunner(guest, request.file().path(), request.machine(), secrets, log, listener);
            runAll(guest, runner);
            return traced;
        } finally {
            booting.close();
            caches.close();
            chain.publish();
        }
    }

    private void runAll(Guest guest, StepRunner runner) throws CrossbuildException, IOException, InterruptedException {
        for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            try {
                runIntoLayer(guest, runner, run, i + 1 == runs.size());
            } catch (HostDiskException e) {
                throw runner.diskFailure(run.prepared().step(), e);
            }
        }
    }

    private void runIntoLayer(Guest guest, StepRunner runner, Run run, boolean last)
            throws CrossbuildException, IOException, InterruptedException {
        StepState before = chain.state();
        StepResult result = run(guest, runner, run, before);
        String key = run.isImplied()
                ? StepKey.ofRefresh(chain.baseKey(), run.release())
                : StepKey.of(chain.baseKey(), run.prepared(), before);
        if (last) {
            caches.unmount(guest);
            guest.unmountRoot();
            guest.end();
        } else {
            guest.snapshot(chain.next(key));
        }
        int line = run.prepared().step().line();
        checkSecrets(guest, runner, run, result.took(), last);
        chain.complete(key, run.isImplied(), run.release(), result, run.replaces())
                .ifPresent(trace -> traced.add(new TracedLine(line, trace.files())));
    }

    /** A step with secrets has only succeeded if its layer has none of them. */
    private void checkSecrets(Guest guest, StepRunner runner, Run run, Duration took, boolean last)
            throws CrossbuildException, IOException, InterruptedException {
        if (!run.hasSecrets()) {
            return;
        }
        try {
            runner.checkLayer(run.prepared().step(), chain.written());
        } catch (StepFailedException e) {
            if (!last) {
                caches.rescue(guest);
            }
            throw e;
        }
        tellFinished(run, took);
    }

    private void tellFinished(Run run, Duration took) {
        listener.onEvent(
                new BuildEvent.StepFinished(run.number(), request.file().steps().size(), took));
    }

    private StepResult run(Guest guest, StepRunner runner, Run run, StepState before)
            throws CrossbuildException, IOException, InterruptedException {
        int total = request.file().steps().size();
        long start = System.nanoTime();
        if (run.isImplied()) {
            Phase phase = new Phase.RefreshPackageLists();
            listener.onEvent(new BuildEvent.PhaseStarted(phase));
            runner.run(0, run.prepared().step(), StepState.INITIAL);
            Duration took = since(start);
            listener.onEvent(new BuildEvent.PhaseFinished(phase, took));
            return new StepResult(run.text(), Map.of(), before, took, Optional.empty());
        }
        listener.onEvent(new BuildEvent.StepStarted(run.number(), total, run.text(), run.reason()));
        mountCaches(guest, run.prepared(), before);
        runner.copyIn(run.number(), run.prepared(), inputs, before);
        StepRunner.Ended ended;
        try {
            ended = runner.run(run.number(), run.prepared().step(), before);
        } catch (StepFailedException e) {
            caches.rescue(guest);
            throw e;
        }
        Duration took = since(start);
        if (!run.hasSecrets()) {
            tellFinished(run, took);
        }
        return new StepResult(run.text(), run.prepared().inputDigests(), ended.after(), took, ended.accesses());
    }

    private void mountCaches(Guest guest, PreparedStep step, StepState before)
            throws CrossbuildException, InterruptedException {
        caches.mount(guest, step.caches());
        if (!step.caches().isEmpty()) {
            String place = "before line " + step.step().line() + " of '"
                    + request.file().path() + "'";
            try {
                new ArchiveCheck(guest, request.machine().stepTimeout(), listener).run(place, before);
            } catch (CrossbuildException e) {
                caches.rescue(guest);
                throw e;
            }
        }
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}
