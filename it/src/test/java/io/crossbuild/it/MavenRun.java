// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A Maven to be run in a process of its own, as a user starts it, with the heap that a build must get by with. */
final class MavenRun {
    private static final String HEAP = "-Xmx256m";

    private final Path project;
    private final List<String> arguments = new ArrayList<>();
    private Path home = Settings.sharedHome();
    private boolean inTerminal;
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

    /** Sets a store that holds nothing. */
    MavenRun emptyHome() throws IOException {
        return home(Files.createTempDirectory(Files.createDirectories(Settings.work()), "home"));
    }

    /** Sets what Maven reads from standard input. */
    MavenRun input(String text) {
        input = text;
        return this;
    }

    /** Lets Maven see a disk that nothing else sees. */
    MavenRun on(SmallDisk seen) {
        disk = seen;
        return this;
    }

    /** Gives Maven a terminal, by script(1). */
    MavenRun inTerminal() {
        inTerminal = true;
        return this;
    }

    /** Runs Maven to its end. */
    MavenOutcome run(Duration deadline) throws IOException, InterruptedException {
        return start().await(deadline);
    }

    RunningMaven start() throws IOException {
        // Short, as sockets are made below it.
        Path temporary = Files.createTempDirectory("cbit");
        ProcessBuilder builder = new ProcessBuilder(command()).directory(project.toFile());
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("MAVEN_"));
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("MAVEN_OPTS", HEAP + " -Djava.io.tmpdir=" + temporary);
        Path log = Files.createTempFile(project, "maven", ".log");
        builder.redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(inTerminal ? ProcessBuilder.Redirect.PIPE : ProcessBuilder.Redirect.from(input()));
        return new RunningMaven(builder.start(), log, home, temporary);
    }

    private File input() throws IOException {
        if (input == null) {
            return new File(isWindows() ? "NUL" : "/dev/null");
        }
        Path file = Files.createTempFile(project, "input", "");
        return Files.writeString(file, input).toFile();
    }

    private List<String> command() throws IOException {
        List<String> command = new ArrayList<>();
        if (System.getProperty("os.name").equals("Linux") && !inTerminal) {
            // The leader of its own process group, as a shell with a terminal starts it, with SIGINT as it is by
            // default.
            command.addAll(List.of("setsid", "env", "--default-signal=INT"));
        }
        if (disk != null) {
            command.addAll(disk.prefix(project));
        }
        command.add(Settings.maven()
                .resolve("bin")
                .resolve(isWindows() ? "mvn.cmd" : "mvn")
                .toString());
        command.addAll(List.of("-B", "-gs", globalSettings().toString()));
        command.add("-Dmaven.repo.local=" + Settings.repository());
        command.add("-Dcrossbuild.home=" + home);
        command.addAll(arguments);
        if (inTerminal) {
            String line = command.stream().map(MavenRun::quoted).collect(Collectors.joining(" "));
            return List.of("script", "--quiet", "--flush", "--return", "--command", line, "/dev/null");
        }
        return command;
    }

    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    private static boolean isWindows() {
        return System.getProperty("os.name").startsWith("Windows");
    }

    /** Settings that let Maven take from the user's repository what it would download; the user's own settings count too. */
    private static Path globalSettings() throws IOException {
        String repository = "<id>host</id><url>" + Settings.remote().toUri() + "</url>"
                + "<releases><checksumPolicy>ignore</checksumPolicy></releases>"
                + "<snapshots><enabled>false</enabled></snapshots>";
        return Files.writeString(
                Files.createDirectories(Settings.work()).resolve("settings.xml"),
                "<settings><profiles><profile><id>it</id>"
                        + "<repositories><repository>" + repository + "</repository></repositories>"
                        + "<pluginRepositories><pluginRepository>" + repository
                        + "</pluginRepository></pluginRepositories>"
                        + "</profile></profiles>"
                        + "<activeProfiles><activeProfile>it</activeProfile></activeProfiles></settings>");
    }
}
