// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.io.RecursiveDelete;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** A Maven process and the QEMU processes below it. */
final class RunningMaven {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Process process;
    private final Path log;
    private final Path home;
    private final Path temporary;
    private final long started = System.nanoTime();
    private final Set<ProcessHandle> machines = ConcurrentHashMap.newKeySet();

    RunningMaven(Process process, Path log, Path home, Path temporary) {
        this.process = process;
        this.log = log;
        this.home = home;
        this.temporary = temporary;
        Runtime.getRuntime().addShutdownHook(new Thread(this::clean));
        Thread watcher = new Thread(this::watch, "machines-of-" + process.pid());
        watcher.setDaemon(true);
        watcher.start();
    }

    /** At the end of the tests. Until then they may look at what Maven left, even when it was killed. */
    private void clean() {
        // It is in a process group of its own, which a Ctrl-C for the tests does not reach.
        process.destroy();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
            RecursiveDelete.delete(temporary);
        } catch (IOException e) {
            System.err.println("Cannot delete '" + temporary + "': " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        try {
            while (process.isAlive()) {
                look();
                Thread.sleep(POLL.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        process.descendants().filter(RunningMaven::isMachine).forEach(machines::add);
    }

    /** The emulator itself, not the shell that ends it when Maven is gone. */
    private static boolean isMachine(ProcessHandle child) {
        String commandLine = child.info().commandLine().orElse("");
        return commandLine.contains("qemu-system-") && !commandLine.contains("crossbuild-guard");
    }

    /** Every QEMU process seen so far, ended ones too. */
    Set<ProcessHandle> machines() {
        return Set.copyOf(machines);
    }

    /** What Maven and its machines listen on now; on Linux. */
    List<String> listeningPorts() throws IOException {
        List<ProcessHandle> processes = new ArrayList<>(process.descendants().toList());
        processes.add(process.toHandle());
        assertThat(processes).as("with a machine").anyMatch(RunningMaven::isMachine);
        return ListeningPorts.of(processes);
    }

    /** Waits for a text in the output. */
    void awaitOutput(String text, Duration deadline) throws IOException, InterruptedException {
        long end = System.nanoTime() + deadline.toNanos();
        while (!output().contains(text)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                String found = output();
                if (found.contains(text)) {
                    return;
                }
                process.destroyForcibly();
                throw new AssertionError("'" + text + "' is missing in:\n" + found);
            }
            Thread.sleep(POLL.toMillis());
        }
    }

    /** Types into the terminal that Maven has. */
    void type(String text) throws IOException {
        OutputStream keys = process.getOutputStream();
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    /** Does what the terminal does on Ctrl-C: SIGINT for every process of the group that Maven leads. */
    void interrupt() throws IOException, InterruptedException {
        signal("INT", "-" + process.pid());
    }

    /** Ends Maven with no chance to clean up. */
    void kill() throws IOException, InterruptedException {
        signal("KILL", Long.toString(process.pid()));
    }

    /** Ends the virtual machine that runs now. */
    void killMachine() throws IOException, InterruptedException {
        List<ProcessHandle> running =
                machines.stream().filter(ProcessHandle::isAlive).toList();
        assertThat(running).as("running QEMU processes").hasSize(1);
        signal("KILL", Long.toString(running.get(0).pid()));
    }

    private static void signal(String name, String target) throws IOException, InterruptedException {
        Process kill =
                new ProcessBuilder("kill", "-" + name, "--", target).inheritIO().start();
        assertThat(kill.waitFor()).as("kill -" + name + " " + target).isZero();
    }

    MavenOutcome await(Duration deadline) throws IOException, InterruptedException {
        if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
            look();
            process.destroy();
            process.waitFor(30, TimeUnit.SECONDS);
            throw new AssertionError("Maven did not end within " + deadline + ":\n" + output());
        }
        return new MavenOutcome(
                process.exitValue(),
                output(),
                Duration.ofNanos(System.nanoTime() - started),
                machines(),
                home,
                temporary);
    }

    private String output() throws IOException {
        // Cut in the middle of a character, it is still looked at.
        return new String(Files.readAllBytes(log), StandardCharsets.UTF_8).replaceAll("\u001b\\[[0-9;]*m", "");
    }
}
