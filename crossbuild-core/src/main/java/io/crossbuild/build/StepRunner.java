// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import io.crossbuild.disk.ext4.AccessWindow;
import io.crossbuild.error.Advice;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostDiskException;
import io.crossbuild.error.StepFailedException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Phase;
import io.crossbuild.event.TerminalText;
import io.crossbuild.guest.Guest;
import io.crossbuild.guest.ShellState;
import io.crossbuild.guest.Shortage;
import io.crossbuild.guest.StepExit;
import io.crossbuild.guest.StepOption;
import io.crossbuild.input.InputContent;
import io.crossbuild.io.Excerpt;
import io.crossbuild.io.LineSplitter;
import io.crossbuild.io.OutputLog;
import io.crossbuild.io.OutputSink;
import io.crossbuild.io.SecretMask;
import io.crossbuild.layer.StepState;
import io.crossbuild.script.Step;
import io.crossbuild.spec.InputSpec;
import io.crossbuild.spec.MachineOptions;
import io.crossbuild.spec.NetworkMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs steps in a guest, one after the other, and reports their output immediately. */
final class StepRunner {
    private final Guest guest;
    private final Path buildFile;
    private final MachineOptions machine;
    private final SecretValues secrets;
    private final OutputLog log;
    private final BuildListener listener;
    private @Nullable Stopped stopped;

    /** Processes that a step started and that ended with it. */
    private record Stopped(Step step, List<String> names) {}

    StepRunner(
            Guest guest,
            Path buildFile,
            MachineOptions machine,
            SecretValues secrets,
            OutputLog log,
            BuildListener listener) {
        this.guest = guest;
        this.buildFile = buildFile;
        this.machine = machine;
        this.secrets = secrets;
        this.log = log;
        this.listener = listener;
    }

    /**
     * A step that succeeded.
     *
     * @param after the state in which the next step starts
     * @param accesses when it read files; empty unless it is traced
     */
    record Ended(StepState after, Optional<AccessWindow> accesses) {}

    /**
     * Runs a step.
     *
     * @param number the step's number, from 1; 0 for a step that is not in the build file
     */
    Ended run(int number, Step step, StepState before) throws CrossbuildException, InterruptedException {
        log.begin("line " + step.line() + ": " + step.text());
        OutputSink out = sink(number, BuildEvent.Stream.OUT);
        OutputSink err = sink(number, BuildEvent.Stream.ERR);
        ShellState begin = new ShellState(before.directory(), before.exports());
        StepExit exit;
        try {
            exit = guest.runStep(step.text(), begin, options(step), secrets.of(step), out, err, machine.stepTimeout());
        } catch (TimeoutException e) {
            String found = "did not end within " + text(machine.stepTimeout()) + " (expected status 0)";
            Advice cause = diagnosis();
            throw failure(step, -1, found, cause == null ? AdviceKey.MORE_STEP_TIME.advice() : cause);
        } catch (UncheckedIOException e) {
            if (log.isFull()) {
                throw failure(step, -1, "filled '" + log.file() + "': " + log.limit(), AdviceKey.LARGER_LOG.advice());
            }
            throw log.failure(Objects.requireNonNull(e.getCause()));
        }
        int status = exit.status();
        if (status != 0) {
            throw failure(
                    step, status, "ended with status " + status + " (expected 0)", diagnosis(status, step.isOffline()));
        }
        if (!exit.running().isEmpty()) {
            stopped = new Stopped(step, exit.running());
        }
        // A step that replaced its shell with a different program left no state: the previous state still applies.
        StepState after = exit.left()
                .map(left -> new StepState(left.directory(), left.exports()))
                .orElse(before);
        Optional<String> left = secrets.in(after.directory() + "\n" + after.exports(), step);
        if (left.isPresent()) {
            throw leak(
                    step,
                    "left secret '" + left.get() + "' in an exported variable or the working directory"
                            + " (expected it in neither)");
        }
        return new Ended(after, exit.accesses());
    }

    private Set<StepOption> options(Step step) {
        Set<StepOption> options = EnumSet.noneOf(StepOption.class);
        if (step.isTraced()) {
            options.add(StepOption.TRACED);
        }
        if (step.isOffline() || machine.network().mode() == NetworkMode.NONE) {
            options.add(StepOption.OFFLINE);
        }
        return options;
    }

    /**
     * Checks that a step has written no secret to the disk.
     *
     * @param image the complete image of its layer
     */
    void checkLayer(Step step, Path image) throws StepFailedException, IOException {
        Optional<String> written = secrets.in(image, step);
        if (written.isPresent()) {
            throw leak(step, "wrote secret '" + written.get() + "' to the disk (expected it only in memory)");
        }
    }

    private StepFailedException leak(Step step, String found) {
        return failure(step, -1, found, AdviceKey.KEEP_SECRET_IN_MEMORY.advice());
    }

    /**
     * Copies the inputs of a step into the environment.
     *
     * @param number the step's number, from 1
     * @param inputs on a disk that is plugged in
     * @param before the state to which the destinations are relative
     */
    void copyIn(int number, PreparedStep step, InputTransfer inputs, StepState before)
            throws CrossbuildException, InterruptedException {
        for (PreparedStep.Input input : step.inputs()) {
            copyIn(number, input, inputs.offsetMib(input.source()), before);
        }
    }

    private void copyIn(int number, PreparedStep.Input input, long offsetMib, StepState before)
            throws CrossbuildException, InterruptedException {
        InputSpec spec = input.source().spec();
        log.begin(spec.place() + ": " + spec.text());
        long start = System.nanoTime();
        String target = input.source().directory();
        OutputSink out = sink(number, BuildEvent.Stream.OUT);
        OutputSink err = sink(number, BuildEvent.Stream.ERR);
        int status;
        try {
            status = guest.copyIn(offsetMib, before.directory(), target, out, err, machine.stepTimeout());
        } catch (TimeoutException e) {
            throw copyFailure(spec, -1, "did not end within " + text(machine.stepTimeout()));
        } catch (UncheckedIOException e) {
            throw log.failure(Objects.requireNonNull(e.getCause()));
        }
        if (status != 0) {
            throw copyFailure(spec, status, "ended with status " + status);
        }
        InputContent content = input.content();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        listener.onEvent(new BuildEvent.InputCopied(spec.text(), content.files(), content.bytes(), took));
    }

    private StepFailedException copyFailure(InputSpec spec, int status, String found) throws InterruptedException {
        String message = "'" + spec.text() + "' in '" + spec.origin() + "', " + spec.place() + ", " + found
                + " (expected 0)" + log.tail().indented();
        return new StepFailedException(
                message, diagnosis(status, false), log.file(), Path.of(spec.origin()), 0, status);
    }

    private OutputSink sink(int number, BuildEvent.Stream stream) {
        SecretMask mask = secrets.mask();
        return mask.over(LineSplitter.to(text -> {
            // Without what a terminal does not show, a secret may appear again.
            String line = mask.apply(TerminalText.plain(text));
            log.line(line);
            if (log.isFull()) {
                // Ends the step: what it prints would fill the log of the build, too.
                throw new UncheckedIOException(new IOException(log.limit()));
            }
            listener.onEvent(
                    number == 0
                            ? new BuildEvent.PhaseOutput(new Phase.RefreshPackageLists(), stream, line)
                            : new BuildEvent.StepOutput(number, stream, line));
        }));
    }

    private StepFailedException failure(Step step, int status, String found, @Nullable Advice advice) {
        String message = failed(step) + ": '" + Excerpt.firstLine(step.text()) + "' " + found
                + log.tail().indented();
        return new StepFailedException(message, advice, log.file(), buildFile, step.line(), status);
    }

    /** The failure of a step because the host's disk is full, either while it ran or when its layer was completed. */
    HostDiskException diskFailure(Step step, HostDiskException e) {
        return e.during(failed(step), log.file());
    }

    /** The step that refreshes the package lists has no line of the file. */
    private String failed(Step step) {
        return step.line() == 0
                ? "Refreshing the package lists failed"
                : "Line " + step.line() + " of '" + buildFile + "' failed";
    }

    /** What the guest says about common causes. */
    private @Nullable Advice diagnosis() throws InterruptedException {
        try {
            Set<Shortage> shortages = guest.shortages();
            if (shortages.contains(Shortage.MEMORY)) {
                return AdviceKey.MORE_MEMORY.advice();
            }
            if (shortages.contains(Shortage.DISK)) {
                return AdviceKey.LARGER_GUEST_DISK.advice();
            }
        } catch (VirtualMachineException e) {
            // The user has to know about the failed step, not about this.
        }
        return null;
    }

    private @Nullable Advice diagnosis(int status, boolean offline) throws InterruptedException {
        Advice cause = diagnosis();
        return cause == null
                ? FailureSigns.advice(status, log.tail().lines(), offline, serverEnded())
                        .orElse(null)
                : cause;
    }

    /** The advice if a server was needed that an earlier step started. */
    private Optional<Advice> serverEnded() {
        Stopped last = stopped;
        return last == null
                ? Optional.empty()
                : Optional.of(new Advice(
                        AdviceKey.START_IN_SAME_LINE,
                        Map.of(
                                "line", String.valueOf(last.step().line()),
                                "programs",
                                        last.names().stream()
                                                .distinct()
                                                .map(secrets.mask()::apply)
                                                .map(TerminalText::visible)
                                                .collect(Collectors.joining("', '", "'", "'")))));
    }

    private static String text(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
