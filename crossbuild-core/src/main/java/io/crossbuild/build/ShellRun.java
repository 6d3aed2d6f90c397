// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import io.crossbuild.disk.DiskTree;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.NotBuiltException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.guest.Guest;
import io.crossbuild.guest.GuestBooter;
import io.crossbuild.guest.PendingGuest;
import io.crossbuild.guest.ShellState;
import io.crossbuild.io.OutputLog;
import io.crossbuild.layer.LayerBase;
import io.crossbuild.layer.LayerChain;
import io.crossbuild.layer.Layers;
import io.crossbuild.layer.StepState;
import io.crossbuild.script.CacheName;
import io.crossbuild.script.Step;
import io.crossbuild.spec.Secrets;
import io.crossbuild.spec.UserTerminal;
import io.crossbuild.store.BuildDirectory;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;

/**
 * Opens a shell in the state after a step, with the inputs and the caches of the next step: exactly the state in which
 * that step starts. Changes are lost when the shell ends, except in caches; they become part of no layer.
 */
public final class ShellRun {
    private final Store store;
    private final GuestBooter guests;
    private final BuildListener listener;
    private final ScriptRequest request;
    private final BuildDirectory directory;
    private final Layers layers;

    /** @param directory for the image that receives the shell's changes */
    public ShellRun(
            Store store, GuestBooter guests, BuildListener listener, ScriptRequest request, BuildDirectory directory) {
        this.store = store;
        this.guests = guests;
        this.listener = listener;
        this.request = request;
        this.directory = directory;
        this.layers = new Layers(store, request.environment(), listener);
    }

    /**
     * Runs the shell until it ends.
     *
     * @param afterStep the step, from 1, whose state it sees; 0 is the bare environment. Empty: the last step up to
     *     which the store has every layer
     * @return the shell's exit status
     * @throws ConfigException when there is no such step
     * @throws NotBuiltException when the store does not have that step's layer
     */
    public int run(OptionalInt afterStep, UserTerminal terminal)
            throws CrossbuildException, IOException, InterruptedException {
        List<PreparedStep> steps = PreparedStep.of(request, listener);
        BuildPlan plan = plan(steps, afterStep);
        LayerChain chain = new LayerChain(store, layers, plan.base(), plan.base(), directory, DiskTree::accessed);
        PendingGuest booting =
                guests.begin(request.environment().spec().arch(), request.machine(), request.logDirectory());
        CacheDisks caches = new CacheDisks(
                store, request.environment().spec().arch(), request.machine().maxCacheBytes(), listener);
        try {
            Guest guest = booting.mount(chain.begin(request.machine().diskSizeBytes(), listener));
            copyIn(guest, plan, steps, chain.state());
            List<CacheName> cached = cachesAfter(plan, steps);
            mountCaches(guest, caches, cached, chain.state());
            listener.onEvent(opened(plan, cached));
            ShellState state =
                    new ShellState(chain.state().directory(), chain.state().exports());
            int status = guest.openShell(state, terminal);
            caches.unmount(guest);
            return status;
        } finally {
            booting.close();
            caches.close();
        }
    }

    /** Copies in the inputs of the next step. */
    private void copyIn(Guest guest, BuildPlan plan, List<PreparedStep> steps, StepState before)
            throws CrossbuildException, IOException, InterruptedException {
        int next = plan.held().size();
        if (next == steps.size() || steps.get(next).inputs().isEmpty()) {
            return;
        }
        InputTransfer inputs = InputTransfer.write(directory.path().resolve("inputs.img"), List.of(steps.get(next)));
        inputs.plug(guest);
        try (OutputLog log = OutputLog.open(
                request.logDirectory(), "shell.log", request.machine().maxLogBytes())) {
            SecretValues none = SecretValues.of(request.file(), Secrets.NONE, List.of());
            new StepRunner(guest, request.file().path(), request.machine(), none, log, listener)
                    .copyIn(next + 1, steps.get(next), inputs, before);
        }
    }

    private void mountCaches(Guest guest, CacheDisks caches, List<CacheName> cached, StepState before)
            throws CrossbuildException, InterruptedException {
        if (cached.isEmpty()) {
            return;
        }
        caches.mount(guest, cached);
        new ArchiveCheck(guest, request.machine().stepTimeout(), listener).run("before the shell", before);
    }

    /** The next step's caches; after the last step, that step's caches. */
    private static List<CacheName> cachesAfter(BuildPlan plan, List<PreparedStep> steps) {
        int next = Math.min(plan.held().size(), steps.size() - 1);
        return next < 0 ? List.of() : steps.get(next).caches();
    }

    private BuildPlan plan(List<PreparedStep> steps, OptionalInt afterStep)
            throws CrossbuildException, IOException, InterruptedException {
        List<Step> all = request.file().steps();
        int wanted = afterStep.orElse(all.size());
        if (wanted < 0 || wanted > all.size()) {
            throw new ConfigException(
                    request.file().path().toString(),
                    List.of("there is no step " + wanted + " (expected 0 to " + all.size() + ")"),
                    AdviceKey.OTHER_STEP.advice());
        }
        BuildPlan plan = BuildPlan.hold(
                steps.subList(0, wanted),
                new LayerBase.OfEnvironment(request.environment()),
                layers,
                BuildPlan.Force.NONE,
                directory);
        if (afterStep.isPresent() && !plan.isComplete()) {
            throw NotBuiltException.of(
                    request.file().path(),
                    "step " + wanted + " has not been run (the store has "
                            + plan.held().size() + " of its steps)",
                    AdviceKey.BUILD_OR_LAST_STEP.advice());
        }
        return plan;
    }

    private BuildEvent.ShellOpened opened(BuildPlan plan, List<CacheName> cached) {
        int number = plan.held().size();
        String text = number == 0 ? "" : request.file().steps().get(number - 1).text();
        return new BuildEvent.ShellOpened(
                number, text, cached.stream().map(CacheName::directory).toList());
    }
}
