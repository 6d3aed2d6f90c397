// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.run;

import io.crossbuild.arch.Architecture;
import io.crossbuild.config.BuildConfig;
import io.crossbuild.error.Advice;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.ProgramFailedException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Phase;
import io.crossbuild.event.Warning;
import io.crossbuild.guest.Guest;
import io.crossbuild.guest.GuestBooter;
import io.crossbuild.guest.LookupNotes;
import io.crossbuild.guest.ProgramExit;
import io.crossbuild.guest.TargetProgram;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.io.Workers;
import io.crossbuild.spec.MachineOptions;
import io.crossbuild.spec.NetworkMode;
import io.crossbuild.spec.ProgramCall;
import io.crossbuild.spec.RunOptions;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.HostFileTree;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs programs from a target root, each in a new machine whose only disk is a copy of the target root: nothing else
 * can help them. The target root itself is only read.
 *
 * @param machine whose disk has as much space left as its size says
 * @param logDirectory for the logs of the machine
 * @param directory for the copy
 * @param environment the disk from which the target root was extracted, opened after a failure
 */
public record ProgramRun(
        GuestBooter guests,
        BuildListener listener,
        Architecture architecture,
        MachineOptions machine,
        Path targetRoot,
        Path logDirectory,
        Path directory,
        EnvironmentTree environment) {
    private static final String IMAGE = "target.img";
    /** How many files a warning lists. */
    private static final int SHOWN = 20;

    /** The disk from which a target root was extracted. */
    @FunctionalInterface
    public interface EnvironmentTree {
        /** Opens it; empty if the store has no such disk. */
        Optional<FileTree> open() throws IOException, CrossbuildException, InterruptedException;
    }

    /**
     * Runs a program until it ends.
     *
     * @param call the program
     * @param variables all of its environment variables
     * @param workingDirectory an absolute path in the target root
     * @param input what it reads; null for nothing
     * @param output receives what it prints
     * @return why it failed: its status is not 0, or it did not end in time; empty if it succeeded
     */
    public Optional<ProgramFailedException> failureOf(
            ProgramCall call,
            Map<String, String> variables,
            String workingDirectory,
            RunOptions options,
            @Nullable InputStream input,
            ProgramOutput output)
            throws CrossbuildException, IOException, InterruptedException {
        boolean network = options.network() && machine.network().mode() != NetworkMode.NONE;
        TargetProgram program = TargetPrograms.find(targetRoot, call, variables, workingDirectory, network);
        Phase phase = new Phase.RunProgram(call.text());
        listener.onEvent(new BuildEvent.PhaseStarted(phase));
        long start = System.nanoTime();
        output.log().begin(call.text());
        try {
            ProgramExit exit = run(program, options, input, output);
            if (exit.status() != 0) {
                return Optional.of(failure(program, exit, output));
            }
        } catch (TimeoutException e) {
            String found = "did not end within " + text(options.timeout()) + " (expected status 0)";
            return Optional.of(failure(program, -1, found, AdviceKey.MORE_RUN_TIME.advice(), output));
        } catch (UncheckedIOException e) {
            throw output.log().failure(Objects.requireNonNull(e.getCause()));
        }
        listener.onEvent(new BuildEvent.PhaseFinished(phase, Duration.ofNanos(System.nanoTime() - start)));
        return Optional.empty();
    }

    private ProgramExit run(
            TargetProgram program, RunOptions options, @Nullable InputStream input, ProgramOutput output)
            throws CrossbuildException, IOException, InterruptedException, TimeoutException {
        Path image = directory.resolve(IMAGE);
        try (Workers workers = new Workers("crossbuild-target")) {
            // The machine starts meanwhile.
            Future<Path> written = workers.submit(() -> {
                TargetImage.write(image, targetRoot, logDirectory, machine.diskSizeBytes());
                return image;
            });
            try (Guest guest = guests.boot(architecture, machine, logDirectory)) {
                return guest.runProgram(
                        Workers.await(written), program, input, output.out(), output.err(), options.timeout());
            }
        } finally {
            PatientFiles.deleteIfExists(image);
        }
    }

    private ProgramFailedException failure(TargetProgram program, ProgramExit exit, ProgramOutput output)
            throws CrossbuildException, IOException, InterruptedException {
        List<Warning.LookedForInVain.Lookup> missed = missed(program, exit, output);
        if (!missed.isEmpty()) {
            int shown = Math.min(SHOWN, missed.size());
            listener.onEvent(new Warning.LookedForInVain(
                    program.command().get(0), missed.subList(0, shown), missed.size() - shown));
        }
        String found = "status " + exit.status() + " (expected 0)";
        return failure(program, exit.status(), found, advice(missed), output);
    }

    private static ProgramFailedException failure(
            TargetProgram program, int status, String found, @Nullable Advice advice, ProgramOutput output) {
        String message = "Program '" + program.command().get(0) + "' failed in the target root: " + found
                + (output.isShown() ? "" : output.log().tail().indented());
        return new ProgramFailedException(message, advice, output.log().file(), status);
    }

    private List<Warning.LookedForInVain.Lookup> missed(TargetProgram program, ProgramExit exit, ProgramOutput output)
            throws CrossbuildException, IOException, InterruptedException {
        Optional<FileTree> opened = environment.open();
        if (opened.isEmpty()) {
            return List.of();
        }
        try (FileTree guest = opened.get();
                FileTree target = HostFileTree.open(targetRoot)) {
            MissedFiles missed = new MissedFiles(target, guest);
            missed.addLibraries(program.command().get(0), program.variables());
            for (String path : LookupNotes.missing(exit)) {
                missed.add(path.startsWith("/") ? path : program.directory() + "/" + path);
            }
            return missed.entries(output.log().tail().lines());
        }
    }

    private static @Nullable Advice advice(List<Warning.LookedForInVain.Lookup> missed) {
        if (missed.isEmpty()) {
            return null;
        }
        List<String> keys = new ArrayList<>();
        for (boolean directory : List.of(false, true)) {
            String paths = missed.stream()
                    .limit(SHOWN)
                    .filter(entry -> entry.directory() == directory)
                    .map(entry -> "\"" + entry.entry() + "\"")
                    .collect(Collectors.joining(", "));
            if (!paths.isEmpty()) {
                keys.add((directory ? "\"Dirs\": [" : "\"Files\": [") + paths + "]");
            }
        }
        return AdviceKey.ADD_TO_CONFIGURATION.advice("entries", String.join(", ", keys));
    }

    /** The working directory of a configuration's program: "cwd" of a Nanos manifest. */
    public static String workingDirectory(BuildConfig config) {
        return config.other().get("ManifestPassthrough") instanceof Map<?, ?> manifest
                        && manifest.get("cwd") instanceof String directory
                ? "/" + directory.replaceFirst("^/+", "")
                : "/";
    }

    private static String text(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    /** The exception for a configuration without a program. */
    public static ConfigException noProgram(String source) {
        return new ConfigException(
                source, List.of("no program to run (expected Program)"), AdviceKey.NAME_PROGRAM.advice());
    }
}
