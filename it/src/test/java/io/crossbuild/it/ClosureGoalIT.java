// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * What {@code crossbuild:closure} says about directories of this machine, checked by its loader. No virtual machine.
 */
class ClosureGoalIT {
    private static final String GOAL = "io.crossbuild:crossbuild-maven-plugin:" + Settings.version() + ":closure";
    private static final Path PROGRAM = Path.of("/usr/bin/bash");
    private static final Pattern LISTED = Pattern.compile("\\t(?:\\S+ => )?(/\\S+) \\(0x[0-9a-f]+\\)");
    private static final Pattern DRAWN = Pattern.compile("(?m)[` ]-- (?:\\S+ => )?(/\\S+) \\[");
    private static final Pattern JSON_FILE = Pattern.compile("\"path\" : \"(/[^\"]+)\",\\s+\"canonicalPath\"");

    private Project project;
    private List<String> listed;

    @BeforeEach
    void askTheLoader(TestInfo test) throws Exception {
        project = Project.empty(test.getTestMethod().orElseThrow().getName());
        assumeTrue(Files.isExecutable(PROGRAM), "no " + PROGRAM);
        ProcessBuilder builder = new ProcessBuilder(PROGRAM.toString()).redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("LD_TRACE_LOADED_OBJECTS", "1");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assumeTrue(process.waitFor() == 0 && output.contains("libc.so.6"), "no glibc");
        listed = matches(LISTED, output);
        assertThat(listed).hasSizeGreaterThan(1);
    }

    private static List<String> matches(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult m) -> m.group(1))
                .distinct()
                .sorted()
                .collect(Collectors.toList());
    }

    private MavenRun closure(Path root, String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(GOAL, "-Dcrossbuild.root=" + root, "-Dcrossbuild.program=" + PROGRAM));
        return project.maven(all.toArray(new String[0])).emptyHome();
    }

    @Test
    void theTreeHasTheFilesThatTheLoaderLists() throws Exception {
        MavenOutcome outcome = closure(Path.of("/")).run(DEADLINE);
        outcome.succeeded().startedNoMachine();
        String ascii = outcome.output()
                .replace('\u251c', '`')
                .replace('\u2514', '`')
                .replace('\u2500', '-')
                .replace("|--", "`--");
        assertThat(matches(DRAWN, ascii)).isEqualTo(listed);
        assertThat(outcome.output()).containsPattern("(?m)\\[INFO\\] " + (listed.size() + 1) + " files, [0-9.]+ MB");
    }

    @Test
    void jsonAloneGoesToTheStandardOutputOfAQuietMaven() throws Exception {
        String json = closure(Path.of("/"), "-q", "-Dcrossbuild.format=json")
                .run(DEADLINE)
                .succeeded()
                .output()
                .strip();
        assertThat(json).startsWith("{").endsWith("}");
        TreeSet<String> files = new TreeSet<>(listed);
        files.add(PROGRAM.toString());
        assertThat(matches(JSON_FILE, json)).containsExactlyElementsOf(files);
    }

    @Test
    void aDirectoryOfItsOwnIsNeverMixedWithTheMachines() throws Exception {
        Path root = Files.createDirectory(project.directory().resolve("root"));
        String lost =
                listed.stream().filter(p -> p.contains("libtinfo")).findFirst().orElse("");
        assumeTrue(!lost.isEmpty(), PROGRAM + " needs no libtinfo here");
        List<String> copied = new ArrayList<>(listed);
        copied.add(PROGRAM.toString());
        copied.remove(lost);
        for (String path : copied) {
            Path copy = root.resolve(path.substring(1));
            Files.createDirectories(copy.getParent());
            Files.copy(Path.of(path), copy);
        }
        String name = Path.of(lost).getFileName().toString();
        String tree = closure(root).run(DEADLINE).succeeded().output();
        assertThat(tree)
                .contains(name + " => not found")
                .contains("Problem: Cannot load '" + name + "' for '" + PROGRAM + "'");
        closure(root, "-Dcrossbuild.whyNot=" + name)
                .run(DEADLINE)
                .succeeded()
                .mentions(name + " for " + PROGRAM + ": not found", "/" + name + " [system directory]: no such file");
        closure(root, "-Dcrossbuild.why=libc.so.6", "-Dcrossbuild.output=why.txt")
                .run(DEADLINE)
                .succeeded();
        assertThat(Files.readString(project.directory().resolve("why.txt")))
                .startsWith(PROGRAM + " [program]\n    libc.so.6 => /");
    }

    @Test
    void mistakesAreToldWithWhatIsMeant() throws Exception {
        assertThat(closure(Path.of("/"), "-Dcrossbuild.why=libc.so.7")
                        .run(DEADLINE)
                        .failed()
                        .errors()
                        .get(0))
                .endsWith("Cannot tell why 'libc.so.7' is needed: it is not in the closure; did you mean 'libc.so.6'?");
        MavenOutcome outcome = closure(project.directory().resolve("none"), "-Dcrossbuild.format=xml")
                .run(DEADLINE);
        outcome.failed().mentions("'xml' (expected tree or json)", "none' is not a directory (expected one)");
    }
}
