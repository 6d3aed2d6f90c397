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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** What lines with {@code #@ trace} read, compared with what strace(1) sees in the same run. */
@VirtualMachineTest
class TraceIT {
    private static final String STRACE = "apt-get install -y strace\n";
    /** Runs commands of a file. In the locale C, strace itself opens no other files than its libraries. */
    private static final String TRACED =
            "#@ trace\nLC_ALL=C strace -f -y -qq -z -e trace=open,openat,execve" + " -o /root/log sh /root/script\n";
    /**
     * Lists the regular files that strace saw opened for reading, with those that are not in its log: its own, and those
     * that the kernel opens to start a program. What does not exist any more is left out. Then all names of files with
     * several names, by inode.
     */
    private static final String LISTED = "{ ldd /usr/bin/strace | grep -o '/[^ ]*'; echo /usr/bin/strace; echo /bin/sh;"
            + " grep -o 'execve(\"[^\"]*\"' /root/log | cut -d '\"' -f 2;"
            + " grep -v O_WRONLY /root/log | sed -n 's/.* = [0-9]*<\\(\\/.*\\)>$/\\1/p'; } | xargs realpath -e 2>/dev/null"
            + " | sort -u | while read -r file; do if [ -f \"$file\" ]; then echo \"$file\"; fi; done > /root/opened;"
            + " find / -xdev -type f -links +1 -printf '%i %p\\n' > /root/names\n";

    private static final List<String> RESULTS = List.of("/root/log", "/root/opened", "/root/names");
    private static final String FILES = "\"Files\": [\"" + String.join("\", \"", RESULTS) + "\"]";

    private static String script(String text) {
        return "printf '%s\\n' '" + text.replace("'", "'\\''") + "' > /root/script\n";
    }

    /** Builds, with what was read as the only result, and returns the files of the result. */
    private static Set<String> build(Project project, String lines) throws IOException, InterruptedException {
        project.write("config.json", "{ " + FILES + " }\n")
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

    /** What was opened for reading on the environment's disk, under all names. */
    private static Set<String> expected(Project project) throws IOException {
        Path home = project.targetRoot().resolve("root");
        Map<String, Set<String>> names = new HashMap<>();
        Map<String, String> inodes = new HashMap<>();
        for (String line : Files.readAllLines(home.resolve("names"), StandardCharsets.ISO_8859_1)) {
            String[] parts = line.split(" ", 2);
            inodes.put(parts[1], parts[0]);
            names.computeIfAbsent(parts[0], inode -> new TreeSet<>()).add(parts[1]);
        }
        Set<String> files = new TreeSet<>(RESULTS);
        for (String file : Files.readAllLines(home.resolve("opened"))) {
            if (!file.matches("/(proc|sys|dev|run)/.*")) {
                files.add(file);
                files.addAll(names.getOrDefault(inodes.getOrDefault(file, ""), Set.of()));
            }
        }
        return files;
    }

    @Test
    void aShellScriptAndAPerlProgramWithACompiledModule() throws Exception {
        Project project = Project.minimal("TraceIT-shell");
        String script = """
                for file in /etc/hosts /root/link; do cat $file > /dev/null; done
                ls /root/directory; test -e /root/unread || exit 1; perl -MList::Util -e 'print List::Util::sum(1, 2)'
                """;
        String lines = STRACE
                + "mkdir directory; echo x > unread; echo x > read; ln -s read link; ln read hard; echo x > directory/x\n"
                + script(script);
        Set<String> files = build(project, lines + TRACED + LISTED);
        Set<String> expected = expected(project);
        assertThat(files).isEqualTo(expected);
        assertThat(files)
                .anyMatch(file -> file.endsWith("/List/Util/Util.so"))
                .contains("/root/read", "/root/hard", "/etc/hosts")
                .doesNotContain("/root/unread");
        assertThat(project.targetRoot().resolve("root/directory")).isEmptyDirectory();

        // A build that takes the traced line from the store, and traces another one, with a cache.
        String more = "#@ trace\n#@ cache /var/tmp/cached\nLC_ALL=C cat unread\n";
        project.write("build.txt", lines + TRACED + LISTED + more)
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

    /** Node under strace takes ten minutes, so it runs only with {@code -Dcrossbuild.it.long=true}. */
    @Test
    @EnabledIfSystemProperty(named = "crossbuild.it.long", matches = "true")
    void ofTheReadmesExampleNothingIsExtractedThatWasNotReadAndItRuns() throws Exception {
        Project project = Project.copyOf("redis-fast-driver", "TraceIT-node");
        String lines = Files.readString(project.directory().resolve("build.txt"));
        String node = "node -e \"require('\\''redis-fast-driver'\\''); console.log('\\''ok'\\'')\"";
        String script = "printf '%s\\n' '" + node + "' > /root/script\n";
        project.write(
                        "config.json",
                        "{ \"Program\": \"/usr/bin/node\", \"Dirs\": [\"/root/node_modules\"], " + FILES + " }\n")
                .write("build.txt", lines + STRACE + script + TRACED + LISTED)
                .maven("crossbuild:build", "-Dcrossbuild.include=traced")
                .run(DEADLINE)
                .succeeded();
        assertThat(filesOf(project)).isEqualTo(expected(project));
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
        assertThat(InTargetRoot.run(
                        project.targetRoot(),
                        "/usr/bin/node",
                        "-e",
                        "require('/root/node_modules/redis-fast-driver')" + "; console.log('ok')"))
                .isEqualTo("ok\n");
    }

    /** It installs large packages, so it runs only with {@code -Dcrossbuild.it.long=true}. */
    @Test
    @EnabledIfSystemProperty(named = "crossbuild.it.long", matches = "true")
    void aPythonProgramWithACompiledModuleAndAJavaVirtualMachine() throws Exception {
        Project project = Project.minimal("TraceIT-languages");
        String script = """
                python3 -c 'import yaml._yaml; print(yaml._yaml.get_version_string())'
                java -Xshare:auto -XshowSettings:properties -version > /dev/null 2>&1
                """;
        String lines = "apt-get install -y strace python3-yaml openjdk-21-jre-headless\n" + script(script);
        Set<String> files = build(project, lines + TRACED + LISTED);
        assertThat(files).isEqualTo(expected(project));
        assertThat(files)
                .anyMatch(file -> file.endsWith("/libjvm.so"))
                .anyMatch(file -> file.contains("/_yaml.cpython"));
    }
}
