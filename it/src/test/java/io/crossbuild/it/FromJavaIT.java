// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.ExtractionSummary;
import io.crossbuild.HostOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example in README's section "From Java" is the code that is compiled here, and it works as described. */
class FromJavaIT {
    private static final Path SOURCE = Path.of("src/test/java/io/crossbuild/it/FromJavaExample.java");
    private static final String LANGUAGE = "```java\n";

    @Test
    void readmeShowsTheExampleWordForWord() throws Exception {
        Path it = Settings.examples();
        String source = Files.readString(it.resolve(SOURCE));
        String shown = between(source, "    // README begins here.\n", "    // README ends here.\n")
                .stripTrailing()
                .stripIndent();
        String readme = Files.readString(it.resolveSibling("README.md"));
        String section = between(readme, "\n## From Java\n", "\n## ");
        assertThat(between(section, LANGUAGE, "```\n")).isEqualTo(shown + "\n");
        assertThat(section).contains("<version>" + Settings.version() + "</version>");
    }

    @Test
    @VirtualMachineTest
    void theExampleInstallsBuildsAndExtracts() throws Exception {
        Path directory = Project.empty("from-java").directory();
        HostOptions host = HostOptions.defaults().withHome(Settings.sharedHome());
        PrintStream console = System.out;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ExtractionSummary extracted;
        try {
            System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
            extracted = FromJavaExample.buildHello(host, directory);
        } finally {
            System.setOut(console);
        }
        assertThat(directory.resolve("root/hello")).hasContent("hello\n");
        assertThat(directory.resolve("root-with-shell/hello")).hasContent("hello\n");
        assertThat(directory.resolve("root-with-shell/usr/bin/dash")).isRegularFile();
        assertThat(extracted.targetRoot()).isEqualTo(directory.resolve("root-with-shell"));
        assertThat(extracted.upToDate()).isFalse();
        List<String> lines = printed.toString(StandardCharsets.UTF_8).lines().toList();
        assertThat(lines)
                .anyMatch(line ->
                        line.matches("step (started|skipped): number 1, total 1, text 'echo hello > /root/hello', .*"));
        assertThat(lines).anyMatch(line -> line.matches("Ran [01] of 1 lines"));
        // A line that an earlier run of the tests left in the store is not run, and has no log.
        assertThat(Files.isDirectory(directory.resolve("crossbuild-logs/root")))
                .isEqualTo(lines.contains("Ran 1 of 1 lines"));
    }

    private static String between(String text, String begin, String end) {
        int from = text.indexOf(begin);
        assertThat(from).as("'" + begin.strip() + "' in the text").isNotNegative();
        int to = text.indexOf(end, from + begin.length());
        assertThat(to).as("'" + end.strip() + "' after '" + begin.strip() + "'").isNotNegative();
        return text.substring(from + begin.length(), to);
    }
}
