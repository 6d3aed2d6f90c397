// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import io.crossbuild.appliance.Guest;
import io.crossbuild.appliance.Guests;
import io.crossbuild.appliance.PendingGuest;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.io.PathLock;
import io.crossbuild.net.TrustedCertificates;
import io.crossbuild.qemu.AttachedDisk;
import io.crossbuild.qemu.DiskFormat;
import io.crossbuild.qemu.DiskSpec;
import io.crossbuild.store.BuildDirectory;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Runs the steps of a build file that the store holds no layer of, each into a layer of its own. When it holds them all,
 * no machine is started.
 */
public final class ScriptRun {
    private static final String DISK = "root";
    private static final Duration LOCK_WAIT = Duration.ofHours(4);
    private static final Step REFRESH = new Step(0, 0, "apt-get update", List.of());

    private final Store store;
    private final Guests guests;
    private final ReleaseCheck releases;
    private final BuildListener listener;
    private final ScriptRequest request;
    private final BuildDirectory directory;
    private final Layers layers;
    private final Base.OfEnvironment environment;

    /** @param directory for images that are not published yet; the result may name some in it */
    public ScriptRun(
            Store store,
            Guests guests,
            ReleaseCheck releases,
            BuildListener listener,
            ScriptRequest request,
            BuildDirectory directory) {
        this.store = store;
        this.guests = guests;
        this.releases = releases;
        this.listener = listener;
        this.request = request;
        this.directory = directory;
        this.layers = new Layers(store, request.environment(), listener);
        this.environment = new Base.OfEnvironment(request.environment());
    }

    /** The disk after the last step, if the store holds the layers of all steps, however they came to be run. */
    public Optional<ScriptResult> held() throws CrossbuildException, IOException {
        BuildPlan plan = hold(BuildPlan.Force.NONE);
        return plan.isComplete() ? Optional.of(heldResult(plan)) : Optional.empty();
    }

    /** Runs what is missing. When a step fails, the layers of the steps before it stay. */
    @SuppressWarnings("try")
    public ScriptResult run() throws CrossbuildException, IOException, InterruptedException {
        BuildPlan.Force force = request.noCache() ? BuildPlan.Force.ALL : BuildPlan.Force.ALWAYS;
        BuildPlan plan = hold(force);
        if (plan.isComplete() || plan.forced()) {
            return runMissing(plan);
        }
        String key =
                StepKey.of(plan.base().key(), plan.missing().get(0), plan.base().state());
        try (PathLock lock = store.lock("layer-" + key, LOCK_WAIT, this::tellWaiting)) {
            // Who held the lock may have built what was missing.
            return runMissing(hold(force));
        }
    }

    private BuildPlan hold(BuildPlan.Force force) throws CrossbuildException, IOException {
        return BuildPlan.hold(request.file(), environment, layers, force, directory);
    }

    private ScriptResult heldResult(BuildPlan plan) {
        List<Base> chain = layers.chain(plan.base()).orElseThrow();
        return new ScriptResult(
                chain.stream().map(Base::disk).toList(),
                chain.stream().map(Base::id).toList(),
                plan.held().size(),
                0);
    }

    private void tellHeld(BuildPlan plan) {
        List<Step> steps = request.file().steps();
        for (int i = 0; i < plan.held().size(); i++) {
            listener.onEvent(new BuildEvent.StepSkipped(
                    i + 1, steps.size(), steps.get(i).text(), plan.held().get(i).took()));
        }
    }

    private void tellWaiting(Path file, OptionalLong holder) {
        String process = holder.isPresent() ? " (process " + holder.getAsLong() + ")" : "";
        listener.onEvent(new BuildEvent.Note("waiting for another build of the same step" + process));
    }

    private ScriptResult runMissing(BuildPlan plan) throws CrossbuildException, IOException, InterruptedException {
        tellHeld(plan);
        if (plan.isComplete()) {
            return heldResult(plan);
        }
        // The machine comes up while the archive is asked.
        try (PendingGuest guest =
                guests.begin(request.environment().spec().arch(), request.vm(), request.logDirectory())) {
            Optional<String> release = releases.currentRelease();
            Base start = refreshed(plan.base(), release);
            LayerChain chain = new LayerChain(store, layers, start, plan.base(), directory);
            runAll(runs(plan, start.release(), release), chain, guest);
            return new ScriptResult(
                    chain.images(),
                    chain.ids(),
                    request.file().steps().size(),
                    plan.missing().size());
        }
    }

    /** The layer that has the lists of the present release on top of a base, if the store holds it; else the base. */
    private Base refreshed(Base base, Optional<String> release) throws CrossbuildException {
        if (release.isEmpty() || release.get().equals(base.release())) {
            return base;
        }
        Optional<Layer> refreshed = layers.find(StepKey.ofRefresh(base.key(), release.get()), base);
        return refreshed.isPresent() ? refreshed.get() : base;
    }

    private void runAll(List<Run> runs, LayerChain chain, PendingGuest booting)
            throws CrossbuildException, IOException, InterruptedException {
        DiskSpec root = new DiskSpec(DISK, chain.begin(request.vm().diskSizeBytes()), DiskFormat.QCOW2, false);
        byte[] certificates = TrustedCertificates.pem();
        try (BuildLog log = BuildLog.open(request.logDirectory())) {
            Guest guest = booting.await();
            AttachedDisk disk = guest.plug(root);
            guest.mountRoot(DISK, certificates);
            StepRunner runner =
                    new StepRunner(guest, request.file().path(), request.vm().stepTimeout(), log, listener);
            runAll(runs, chain, guest, disk, runner);
        } finally {
            // Also after a failed step: the layers of the steps before it stay.
            booting.close();
            chain.publish();
        }
    }

    private void runAll(List<Run> runs, LayerChain chain, Guest guest, AttachedDisk disk, StepRunner runner)
            throws CrossbuildException, IOException, InterruptedException {
        for (int i = 0; i < runs.size(); i++) {
            Run run = runs.get(i);
            StepState before = chain.state();
            StepResult result = run(runner, run, before);
            String key = run.isImplied()
                    ? StepKey.ofRefresh(chain.groundKey(), run.release())
                    : StepKey.of(chain.groundKey(), run.step(), before);
            if (i + 1 < runs.size()) {
                guest.snapshot(disk, chain.next(key));
            } else {
                guest.unmountRoot();
                guest.powerOff();
            }
            chain.complete(key, run.isImplied(), run.release(), result, run.replaces());
        }
    }

    private StepResult run(StepRunner runner, Run run, StepState before)
            throws CrossbuildException, IOException, InterruptedException {
        int total = request.file().steps().size();
        long start = System.nanoTime();
        if (run.isImplied()) {
            listener.onEvent(new BuildEvent.Note("the archive has moved on: refreshing the package lists"));
            runner.run(0, run.step(), StepState.INITIAL);
            return new StepResult(run.step().text(), before, Duration.ofNanos(System.nanoTime() - start));
        }
        listener.onEvent(
                new BuildEvent.StepStarted(run.number(), total, run.step().text(), run.reason()));
        StepState after = runner.run(run.number(), run.step(), before);
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        listener.onEvent(new BuildEvent.StepFinished(run.number(), total, took));
        return new StepResult(run.step().text(), after, took);
    }

    /**
     * A step to run.
     *
     * @param number from 1; 0 for the implied one
     * @param release of the archive after it
     * @param reason why it is run
     * @param replaces whether its layer counts even if the store has one
     */
    private record Run(int number, Step step, String release, String reason, boolean replaces) {
        boolean isImplied() {
            return number == 0;
        }
    }

    private static List<Run> runs(BuildPlan plan, String present, Optional<String> release) {
        List<Run> runs = new ArrayList<>();
        release.filter(current -> !current.equals(present))
                .ifPresent(current -> runs.add(new Run(0, REFRESH, current, "", false)));
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
}
