// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What lines with {@code #@ trace} read, compared with what strace(1) sees in the same run. */
@VirtualMachineTest
class TraceIT {
    private static final String STRACE = "apt-get install -y strace\n";
    /** Runs a command of the guest's shell, whose script is in a file. */
    private static final String TRACED =
            "#@ trace\nstrace -f -y -qq -z -e trace=open,openat,execve -o /root/log sh /root/script\n";
    /**
     * Lists what strace opens itself, and what the kernel opens for a program: neither is in the log. Programs are
     * executed by paths with links.
     */
    private static final String MORE = "{ ldd /usr/bin/strace | grep -o '/[^ ]*'; echo /usr/bin/strace; echo /bin/sh; } >"
            + " /root/own; grep -o 'execve(\"[^\"]*\"' /root/log | cut -d '\"' -f 2 >> /root/own;"
            + " sort -u /root/own | xargs realpath | sort -u > /root/more\n";

    private static final List<String> RESULTS = List.of("/root/log", "/root/more");
    private static final Pattern OPENED = Pattern.compile("\\d+ +open(?:at)?\\((.*)\\) = \\d+<(/[^>]*)>");

    private static String script(String text) {
        return "printf '%s\\n' '" + text.replace("'", "'\\''") + "' > /root/script\n";
    }

    /** Builds, with what was read as the only result, and returns the files of the result. */
    private static Set<String> build(Project project, String lines) throws IOException, InterruptedException {
        project.write("config.json", "{ \"Files\": [\"/root/log\", \"/root/more\"] }\n")
                .write("build.txt", lines)
                .maven("crossbuild:build", "-Dcrossbuild.include=traced")
                .run(DEADLINE)
                .succeeded()
                .mentions(": extracted with the program")
                .leftNothingBehind();
        return filesOf(project);
    }

    private static Set<String> filesOf(Project project) throws IOException {
        Path root = project.targetRoot();
        Set<String> files = new TreeSet<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path file : all.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                files.add("/" + root.relativize(file).toString().replace('\\', '/'));
            }
        }
        files.removeIf(file -> file.equals("/run.json") || file.startsWith("/.crossbuild/"));
        return files;
    }

    /** What strace saw opened for reading on the environment's disk, and what it cannot see. */
    private static Set<String> expected(Project project) throws IOException {
        Path home = project.targetRoot().resolve("root");
        Set<String> files = new TreeSet<>(Files.readAllLines(home.resolve("more")));
        for (String line : Files.readAllLines(home.resolve("log"), StandardCharsets.ISO_8859_1)) {
            Matcher opened = OPENED.matcher(line);
            if (opened.find() && !opened.group(1).contains("O_DIRECTORY") && !opened.group(1).contains("O_WRONLY")) {
                files.add(opened.group(2));
            }
        }
        files.removeIf(file -> file.matches("/(proc|sys|dev|run)/.*"));
        files.addAll(RESULTS);
        return files;
    }

    @Test
    void aShellScriptAndAPerlProgramWithACompiledModule() throws Exception {
        Project project = Project.minimal("TraceIT-shell");
        String script = "for file in /etc/hosts /root/link; do cat $file > /dev/null; done\n"
                + "ls /root/directory; test -e /root/unread || exit 1; perl -MList::Util -e 'print List::Util::sum(1, 2)'\n";
        String lines = STRACE
                + "mkdir directory; echo x > unread; echo x > read; ln -s read link; ln read hard; echo x > directory/x\n"
                + script(script);
        Set<String> files = build(project, lines + TRACED + MORE);
        Set<String> expected = expected(project);
        expected.add("/root/hard");
        assertThat(files).isEqualTo(expected);
        assertThat(files)
                .anyMatch(file -> file.endsWith("/List/Util/Util.so"))
                .contains("/root/read", "/etc/hosts")
                .doesNotContain("/root/unread");
        assertThat(project.targetRoot().resolve("root/directory")).isEmptyDirectory();

        // A build that takes the traced line from the store, and traces another one, with a cache.
        String more = "#@ trace\n#@ cache /var/tmp/cached\ncat unread\n";
        project.write("build.txt", lines + TRACED + MORE + more)
                .maven("crossbuild:build", "-Dcrossbuild.include=traced")
                .run(DEADLINE)
                .succeeded()
                .mentions("6 steps, 1 run, 5 from the store");
        expected.add("/root/unread");
        assertThat(filesOf(project)).isEqualTo(expected);
        project.maven("crossbuild:build", "-Dcrossbuild.include=traced")
                .run(DEADLINE)
                .succeeded()
                .startedNoMachine()
                .mentions("6 steps, 0 run, 6 from the store", "up to date");
    }

    @Test
    void ofTheReadmesExampleNothingIsExtractedThatWasNotReadAndItRuns() throws Exception {
        Project project = Project.copyOf("redis-fast-driver", "TraceIT-node");
        String lines = Files.readString(project.directory().resolve("build.txt"));
        String node = "node -e \"require('\\''redis-fast-driver'\\''); console.log('\\''ok'\\'')\"";
        String script = "printf '%s\\n' '" + node + "' > /root/script\n";
        project.write(
                        "config.json",
                        "{ \"Program\": \"/usr/bin/node\", \"Dirs\": [\"/root/node_modules\"],"
                                + " \"Files\": [\"/root/log\", \"/root/more\"] }\n")
                .write("build.txt", lines + STRACE + script + TRACED + MORE)
                .maven("crossbuild:build", "-Dcrossbuild.include=traced")
                .run(DEADLINE)
                .succeeded();
        assertThat(filesOf(project)).isEqualTo(expected(project));
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
        assertThat(inTargetRoot(project, "/usr/bin/node", "-e", "require('/root/node_modules/redis-fast-driver')"
                        + "; console.log('ok')"))
                .isEqualTo("ok\n");
    }

    /** It installs large packages, so it runs only with {@code -Dcrossbuild.it.long=true}. */
    @Test
    @EnabledIfSystemProperty(named = "crossbuild.it.long", matches = "true")
    void aPythonProgramWithACompiledModuleAndAJavaVirtualMachine() throws Exception {
        Project project = Project.minimal("TraceIT-languages");
        String script = "python3 -c 'import yaml._yaml; print(yaml._yaml.get_version_string())'\n"
                + "java -Xshare:auto -XshowSettings:properties -version > /dev/null 2>&1\n";
        String lines = "apt-get install -y strace python3-yaml openjdk-21-jre-headless\n" + script(script);
        Set<String> files = build(project, lines + TRACED + MORE);
        assertThat(files).isEqualTo(expected(project));
        assertThat(files).anyMatch(file -> file.endsWith("/libjvm.so")).anyMatch(file -> file.contains("/_yaml.cpython"));
    }

    private static String inTargetRoot(Project project, String... command) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>();
        if (!System.getProperty("user.name").equals("root")) {
            words.addAll(List.of("unshare", "-r"));
        }
        words.addAll(List.of("chroot", project.targetRoot().toString()));
        words.addAll(List.of(command));
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment().keySet().retainAll(Set.of("PATH"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
