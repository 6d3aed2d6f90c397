// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.io.RecursiveDelete;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A separate Maven process, and the QEMU processes below it. The invoker waits until Maven ends and does not give
 * access to its process: this is for runs that are signalled, killed, given a terminal or a private disk, or observed
 * while they run.
 */
final class RunningMaven {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration SHORT_POLL = Duration.ofMillis(10);

    private final Process process;
    private final Path log;
    private final Path home;
    private final Path temporary;
    private final Machines machines;

    private RunningMaven(Process process, Path log, Path home, Path temporary) {
        this.process = process;
        this.log = log;
        this.home = home;
        this.temporary = temporary;
        machines = new Machines(process::descendants);
        var unused = process.onExit().thenRun(machines::close);
        Runtime.getRuntime().addShutdownHook(new Thread(this::clean));
    }

    /** @param temporary Maven's directory for temporary files; it is deleted when the tests have ended */
    static RunningMaven start(MavenRun run, List<String> command, Map<String, String> environment, Path temporary)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(run.hasTerminal() ? inTerminal(command) : asLeader(command));
        builder.environment().clear();
        builder.environment().putAll(environment);
        Path log = run.log();
        builder.directory(run.project().toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(
                        run.hasTerminal() ? ProcessBuilder.Redirect.PIPE : ProcessBuilder.Redirect.from(input(run)));
        return new RunningMaven(builder.start(), log, run.home(), temporary);
    }

    private static File input(MavenRun run) throws IOException {
        String input = run.input();
        if (input == null) {
            return new File(isWindows() ? "NUL" : "/dev/null");
        }
        Path file = Files.createTempFile(run.project(), "input", "");
        return Files.writeString(file, input).toFile();
    }

    /** Starts it as the leader of its own process group, like a shell with a terminal, with the default for SIGINT. */
    private static List<String> asLeader(List<String> command) {
        List<String> words = new ArrayList<>();
        if (System.getProperty("os.name").equals("Linux")) {
            words.addAll(List.of("setsid", "env", "--default-signal=INT"));
        }
        words.addAll(command);
        return words;
    }

    private static List<String> inTerminal(List<String> command) {
        String line = command.stream().map(RunningMaven::quoted).collect(Collectors.joining(" "));
        return List.of("script", "--quiet", "--flush", "--return", "--command", line, "/dev/null");
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    static boolean isWindows() {
        return System.getProperty("os.name").startsWith("Windows");
    }

    /** At the end of the tests. Until then they may examine what Maven left, even if it was killed. */
    private void clean() {
        // It is in its own process group, which a Ctrl-C for the tests does not reach.
        process.destroy();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
            delete(temporary);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void delete(Path temporary) {
        try {
            RecursiveDelete.delete(temporary);
        } catch (IOException e) {
            System.err.println("Cannot delete '" + temporary + "': " + e.getMessage());
        }
    }

    /** The ports on which Maven and its machines listen now; on Linux only. */
    List<String> listeningPorts() throws IOException {
        List<ProcessHandle> processes = new ArrayList<>(process.descendants().toList());
        processes.add(process.toHandle());
        assertThat(processes).as("with a machine").anyMatch(Machines::isMachine);
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

    /** Types into Maven's terminal. */
    void type(String text) throws IOException {
        OutputStream keys = process.getOutputStream();
        keys.write(text.getBytes(StandardCharsets.UTF_8));
        keys.flush();
    }

    /** Does what the terminal does on Ctrl-C: sends SIGINT to every process in Maven's process group. */
    void interrupt() throws IOException, InterruptedException {
        signal("INT", "-" + process.pid());
    }

    /** Ends Maven without a chance to clean up. */
    void kill() throws IOException, InterruptedException {
        signal("KILL", Long.toString(process.pid()));
    }

    /** Kills the running virtual machine. */
    void killMachine() throws IOException, InterruptedException {
        List<ProcessHandle> running =
                machines.seen().stream().filter(ProcessHandle::isAlive).toList();
        assertThat(running).as("running QEMU processes").hasSize(1);
        signal("KILL", Long.toString(running.get(0).pid()));
    }

    private static void signal(String name, String target) throws IOException, InterruptedException {
        assertThat(trySignal(name, target)).as("kill -" + name + " " + target).isTrue();
    }

    private static boolean trySignal(String name, String target) throws IOException, InterruptedException {
        Process kill =
                new ProcessBuilder("kill", "-" + name, "--", target).inheritIO().start();
        return kill.waitFor() == 0;
    }

    /** Ends Maven without a chance to clean up; false if it has already ended. */
    boolean tryKill() {
        return process.toHandle().destroyForcibly();
    }

    /** Sends SIGTERM to Maven; false if it has already ended. */
    boolean tryTerminate() {
        return process.toHandle().destroy();
    }

    /** Does what {@link #interrupt} does; false if Maven has already ended. */
    boolean tryInterrupt() throws IOException, InterruptedException {
        // The group does not exist yet in the first moment.
        while (process.isAlive()) {
            if (trySignal("INT", "-" + process.pid())) {
                return true;
            }
        }
        return false;
    }

    /** Kills the machine that runs now or starts next; false if Maven ends without one. */
    boolean tryKillMachine() throws IOException, InterruptedException {
        do {
            for (ProcessHandle one : session()) {
                if (Machines.isMachine(one) && one.destroyForcibly()) {
                    return true;
                }
            }
        } while (!endsWithin(SHORT_POLL));
        return false;
    }

    /** The processes that Maven started and that have not ended, and Maven itself; on Linux only. */
    List<ProcessHandle> session() throws IOException {
        return Session.processes(process.pid());
    }

    boolean endsWithin(Duration time) throws InterruptedException {
        return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    MavenOutcome await(Duration deadline) throws IOException, InterruptedException {
        if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroy();
            process.waitFor(30, TimeUnit.SECONDS);
            throw new AssertionError("Maven did not end within " + deadline + ":\n" + output());
        }
        return new MavenOutcome(process.exitValue(), output(), machines.seen(), home, temporary);
    }

    private String output() throws IOException {
        return MavenOutcome.plainText(log);
    }
}
