// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import io.crossbuild.disk.DiskTree;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.extract.needs.TracedLine;
import io.crossbuild.guest.GuestBooter;
import io.crossbuild.guest.PendingGuest;
import io.crossbuild.io.PathLock;
import io.crossbuild.layer.Layer;
import io.crossbuild.layer.LayerBase;
import io.crossbuild.layer.LayerChain;
import io.crossbuild.layer.Layers;
import io.crossbuild.layer.TraceReader;
import io.crossbuild.script.Step;
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
 * Runs the steps of a build file for which the store has no layer, each into a layer of its own. If it has all layers,
 * no machine is started.
 */
public final class ScriptRun {
    private static final Duration LOCK_WAIT = Duration.ofHours(4);

    private final Store store;
    private final GuestBooter guests;
    private final ReleaseCheck releases;
    private final BuildListener listener;
    private final ScriptRequest request;
    private final BuildDirectory directory;
    private final TraceReader traces;
    private final Layers layers;
    private final LayerBase.OfEnvironment environment;

    /** @param directory for images that are not published yet; the result may refer to some of them */
    public ScriptRun(
            Store store,
            GuestBooter guests,
            ReleaseCheck releases,
            BuildListener listener,
            ScriptRequest request,
            BuildDirectory directory) {
        this(store, guests, releases, listener, request, directory, DiskTree::accessed);
    }

    /** @param traces finds out what a traced step read */
    ScriptRun(
            Store store,
            GuestBooter guests,
            ReleaseCheck releases,
            BuildListener listener,
            ScriptRequest request,
            BuildDirectory directory,
            TraceReader traces) {
        this.store = store;
        this.guests = guests;
        this.releases = releases;
        this.listener = listener;
        this.request = request;
        this.directory = directory;
        this.traces = traces;
        this.layers = new Layers(store, request.environment(), listener);
        this.environment = new LayerBase.OfEnvironment(request.environment());
    }

    /** The disk after the last step if the store has the layers of all steps, regardless of why they were run. */
    public Optional<LayeredDisk> held() throws CrossbuildException, IOException, InterruptedException {
        BuildPlan plan = hold(PreparedStep.of(request, listener), BuildPlan.Force.NONE);
        return plan.isComplete() ? Optional.of(heldResult(plan)) : Optional.empty();
    }

    /** Runs what is missing. If a step fails, the layers of the steps before it are kept. */
    @SuppressWarnings("try")
    public LayeredDisk run() throws CrossbuildException, IOException, InterruptedException {
        List<PreparedStep> steps = PreparedStep.of(request, listener);
        BuildPlan.Force force = request.noCache() ? BuildPlan.Force.ALL : BuildPlan.Force.ALWAYS;
        BuildPlan plan = hold(steps, force);
        if (plan.isComplete() || plan.forced()) {
            return runMissing(plan);
        }
        String key =
                StepKey.of(plan.base().key(), plan.missing().get(0), plan.base().state());
        try (PathLock lock = store.lock("layer-" + key, LOCK_WAIT, this::tellWaiting)) {
            // The previous owner of the lock may have built what was missing.
            return runMissing(hold(steps, force));
        }
    }

    private BuildPlan hold(List<PreparedStep> steps, BuildPlan.Force force)
            throws CrossbuildException, IOException, InterruptedException {
        return BuildPlan.hold(steps, environment, layers, force, directory);
    }

    private LayeredDisk heldResult(BuildPlan plan) throws CrossbuildException, InterruptedException {
        List<LayerBase> chain = layers.chain(plan.base()).orElseThrow();
        return new LayeredDisk(
                chain.stream().map(LayerBase::disk).toList(),
                chain.stream().map(LayerBase::id).toList(),
                plan.held().size(),
                0,
                heldTraces(plan));
    }

    /** What the steps read for which the store has layers. */
    private List<TracedLine> heldTraces(BuildPlan plan) {
        List<TracedLine> traced = new ArrayList<>();
        for (int i = 0; i < plan.held().size(); i++) {
            int line = request.file().steps().get(i).line();
            plan.held().get(i).trace().ifPresent(trace -> traced.add(new TracedLine(line, trace.files())));
        }
        return traced;
    }

    private void tellHeld(BuildPlan plan) {
        List<Step> steps = request.file().steps();
        for (int i = 0; i < plan.held().size(); i++) {
            listener.onEvent(new BuildEvent.StepSkipped(
                    i + 1, steps.size(), steps.get(i).text(), plan.held().get(i).took()));
        }
    }

    private void tellWaiting(Path file, OptionalLong holder) {
        listener.onEvent(new BuildEvent.WaitingForStep(holder));
    }

    private LayeredDisk runMissing(BuildPlan plan) throws CrossbuildException, IOException, InterruptedException {
        tellHeld(plan);
        if (plan.isComplete()) {
            return heldResult(plan);
        }
        SecretValues secrets = SecretValues.of(
                request.file(),
                request.secrets(),
                plan.missing().stream().map(PreparedStep::step).toList());
        // The machine boots while the inputs are read and the archive is asked.
        try (PendingGuest guest =
                guests.begin(request.environment().spec().arch(), request.machine(), request.logDirectory())) {
            InputTransfer inputs = InputTransfer.write(directory.path().resolve("inputs.img"), plan.missing());
            Optional<String> release = releases.currentRelease();
            LayerBase start = refreshed(plan.base(), release);
            LayerChain chain = new LayerChain(store, layers, start, plan.base(), directory, traces);
            CacheDisks caches = new CacheDisks(
                    store,
                    request.environment().spec().arch(),
                    request.machine().maxCacheBytes(),
                    listener);
            List<TracedLine> traced = heldTraces(plan);
            traced.addAll(
                    new StepSession(request, secrets, listener, plan, chain, inputs, caches, start.release(), release)
                            .run(guest));
            return new LayeredDisk(
                    chain.images(),
                    chain.ids(),
                    request.file().steps().size(),
                    plan.missing().size(),
                    traced);
        }
    }

    /**
     * The layer on top of a base with the package lists of the current release if the store has it, otherwise the base.
     */
    private LayerBase refreshed(LayerBase base, Optional<String> release)
            throws CrossbuildException, InterruptedException {
        if (release.isEmpty() || release.get().equals(base.release())) {
            return base;
        }
        Optional<Layer> refreshed = layers.find(StepKey.ofRefresh(base.key(), release.get()), base);
        return refreshed.isPresent() ? refreshed.get() : base;
    }
}
