// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.maven.shared.invoker.DefaultInvocationRequest;
import org.apache.maven.shared.invoker.DefaultInvoker;
import org.apache.maven.shared.invoker.InvocationOutputHandler;
import org.apache.maven.shared.invoker.InvocationRequest;
import org.apache.maven.shared.invoker.InvocationResult;
import org.apache.maven.shared.invoker.MavenInvocationException;
import org.jspecify.annotations.Nullable;

/** A run of Maven as by a user, with the heap that must suffice for a build. */
final class MavenRun {
    /** Long enough for everything on a slow machine: an environment may have to be installed first. */
    static final Duration DEADLINE = Duration.ofMinutes(15);

    private static final Pattern ESCAPES = Pattern.compile("(\u001b\\[[0-9;]*m)+");
    private static final String HEAP = "-Xmx256m";
    static final String PRETENDED_HOST = "crossbuild.pretendHost";

    private final Path project;
    private final List<String> arguments = new ArrayList<>();
    private Path home = Settings.sharedHome();
    private boolean inTerminal;
    private final Map<String, String> variables = new HashMap<>();
    private @Nullable String input;
    private @Nullable SmallDisk disk;

    MavenRun(Path project, String... arguments) {
        this.project = project;
        this.arguments.addAll(List.of(arguments));
    }

    /** Sets the store. */
    MavenRun home(Path directory) {
        home = directory;
        return this;
    }

    /** Sets an empty store. */
    MavenRun emptyHome() throws IOException {
        return home(Files.createTempDirectory(Files.createDirectories(Settings.work()), "home"));
    }

    /** Sets what Maven reads from standard input. */
    MavenRun input(String text) {
        input = text;
        return this;
    }

    /** Sets an environment variable. */
    MavenRun variable(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /** Lets Maven see a disk that is invisible to other processes. */
    MavenRun on(SmallDisk seen) {
        disk = seen;
        return this;
    }

    /** Gives Maven a terminal, with script(1). */
    MavenRun inTerminal() {
        inTerminal = true;
        return this;
    }

    /** Runs Maven until it ends. */
    MavenOutcome run(Duration deadline) throws IOException, InterruptedException {
        // The invoker does not close standard input.
        return inTerminal || disk != null || input != null ? start().await(deadline) : invoke(deadline);
    }

    /** Starts Maven, for a test that does something while it runs. */
    RunningMaven start() throws IOException {
        Path temporary = temporary();
        return RunningMaven.start(this, command(), environment(temporary), temporary);
    }

    private MavenOutcome invoke(Duration deadline) throws IOException {
        Path temporary = temporary();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> RunningMaven.delete(temporary)));
        Path log = log();
        Set<ProcessHandle> others = ProcessHandle.current().children().collect(Collectors.toSet());
        try (PrintWriter output = new PrintWriter(Files.newBufferedWriter(log));
                Machines machines = new Machines(() -> processes(others))) {
            InvocationResult result = new DefaultInvoker().execute(request(temporary, output, deadline));
            output.flush();
            if (result.getExecutionException() != null) {
                processes(others).forEach(ProcessHandle::destroy);
                throw new AssertionError(
                        "Maven did not end within " + deadline + ":\n" + MavenOutcome.plainText(log),
                        result.getExecutionException());
            }
            return new MavenOutcome(
                    result.getExitCode(), MavenOutcome.plainText(log), machines.seen(), home, temporary);
        } catch (MavenInvocationException e) {
            throw new IOException(e);
        }
    }

    private InvocationRequest request(Path temporary, PrintWriter output, Duration deadline) throws IOException {
        // Called by a separate thread for each of the two streams.
        InvocationOutputHandler handler = line -> {
            synchronized (output) {
                // What Maven prints after its last line has no line end.
                output.print(ESCAPES.matcher(line).matches() ? line : line + "\n");
                output.flush();
            }
        };
        InvocationRequest request = new DefaultInvocationRequest()
                .setMavenHome(Settings.maven().toFile())
                .setBaseDirectory(project.toFile())
                .setShellEnvironmentInherited(false)
                // Otherwise the invoker would leave standard input open; the arguments contain -B.
                .setBatchMode(false)
                .setInputStream(InputStream.nullInputStream())
                .setOutputHandler(handler)
                .setErrorHandler(handler)
                .addArgs(arguments());
        environment(temporary).forEach(request::addShellEnvironment);
        request.setTimeoutInSeconds(Math.toIntExact(deadline.toSeconds()));
        return request;
    }

    /** The processes that the tests started after {@code others}, which belong to other runs of Maven. */
    private static Stream<ProcessHandle> processes(Set<ProcessHandle> others) {
        return ProcessHandle.current()
                .children()
                .filter(child -> !others.contains(child))
                .flatMap(child -> Stream.concat(Stream.of(child), child.descendants()));
    }

    Path project() {
        return project;
    }

    Path home() {
        return home;
    }

    boolean hasTerminal() {
        return inTerminal;
    }

    @Nullable String input() {
        return input;
    }

    /** A new file in the project for Maven's output. */
    Path log() throws IOException {
        return Files.createTempFile(project, "maven", ".log");
    }

    private static Path temporary() throws IOException {
        // Short, since sockets are created below it.
        return Files.createTempDirectory("cbit");
    }

    private Map<String, String> environment(Path temporary) {
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.keySet().removeIf(name -> name.startsWith("MAVEN_"));
        environment.putAll(variables);
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("MAVEN_OPTS", HEAP + " -Djava.io.tmpdir=" + temporary);
        return environment;
    }

    private List<String> arguments() throws IOException {
        List<String> all = new ArrayList<>(List.of("-B", "-gs", globalSettings().toString()));
        all.add("-Dmaven.repo.local=" + Settings.repository());
        all.add("-Dcrossbuild.home=" + home);
        String pretended = System.getProperty(PRETENDED_HOST, "");
        if (!pretended.isEmpty()) {
            all.add("-D" + PRETENDED_HOST + "=" + pretended);
        }
        all.addAll(arguments);
        return all;
    }

    private List<String> command() throws IOException {
        List<String> command = new ArrayList<>();
        if (disk != null) {
            command.addAll(disk.prefix(project));
        }
        command.add(Settings.maven()
                .resolve("bin")
                .resolve(RunningMaven.isWindows() ? "mvn.cmd" : "mvn")
                .toString());
        command.addAll(arguments());
        return command;
    }

    /** The settings of the example projects: Maven uses the user's repository instead of downloading. */
    private static Path globalSettings() throws IOException {
        String settings = Files.readString(Settings.examples().resolve("src/it/settings.xml"))
                .replace("@localRepositoryUrl@", Settings.remote().toUri().toString());
        return Files.writeString(Files.createDirectories(Settings.work()).resolve("settings.xml"), settings);
    }
}
