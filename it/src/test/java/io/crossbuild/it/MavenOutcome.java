// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The outcome of a Maven run.
 *
 * @param machines every QEMU process that was seen below Maven
 * @param temporary Maven's directory for temporary files
 */
record MavenOutcome(int status, String output, Set<ProcessHandle> machines, Path home, Path temporary) {

    /** What Maven printed to a file, without colours. */
    static String plainText(Path log) throws IOException {
        // It may be cut in the middle of a character.
        return new String(Files.readAllBytes(log), StandardCharsets.UTF_8).replaceAll("\u001b\\[[0-9;]*m", "");
    }

    MavenOutcome succeeded() {
        assertThat(status).as(output).isZero();
        return this;
    }

    MavenOutcome failed() {
        assertThat(status).as(output).isNotZero();
        // A stack trace is not a message.
        assertThat(output).doesNotContain("\tat io.crossbuild.").doesNotContain("Exception: ");
        return this;
    }

    /** The output contains these complete lines, each after its level, in this order and with nothing in between. */
    MavenOutcome says(String... lines) {
        assertThat(plainLines()).as(output).containsSequence(lines);
        return this;
    }

    MavenOutcome mentions(String... texts) {
        assertThat(output).contains(texts);
        return this;
    }

    MavenOutcome doesNotMention(String... texts) {
        assertThat(output).doesNotContain(texts);
        return this;
    }

    /** The error lines of Maven's own summary, without its advice. */
    List<String> errors() {
        List<String> errors = new ArrayList<>();
        for (String line : output.lines().filter(l -> l.startsWith("[ERROR] ")).toList()) {
            int end = line.indexOf("-> [Help 1]");
            errors.add(line.substring("[ERROR] ".length(), end < 0 ? line.length() : end)
                    .stripTrailing());
            if (end >= 0) {
                break;
            }
        }
        errors.removeIf(String::isEmpty);
        return errors;
    }

    MavenOutcome startedNoMachine() {
        assertThat(machines).as(output).isEmpty();
        return this;
    }

    /** Every process has ended, and there is nothing unfinished in the store or in the temporary directory. */
    MavenOutcome leftNothingBehind() throws IOException, InterruptedException {
        allMachinesEnd(Duration.ofSeconds(5));
        for (String scratch : List.of("builds", "staging")) {
            assertThat(entries(home.resolve(scratch))).as(scratch).isEmpty();
        }
        assertThat(partialDownloads()).isEmpty();
        assertThat(entries(temporary)).isEmpty();
        return this;
    }

    void allMachinesEnd(Duration deadline) throws InterruptedException {
        for (ProcessHandle machine : machines) {
            try {
                machine.onExit().get(deadline.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                throw new AssertionError("QEMU " + machine.pid() + " still runs", e);
            } catch (java.util.concurrent.ExecutionException e) {
                throw new AssertionError(e);
            }
        }
    }

    private List<Path> partialDownloads() throws IOException {
        Path downloads = home.resolve("downloads");
        if (!Files.exists(downloads)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(downloads)) {
            return files.filter(file -> file.getFileName().toString().contains(".part"))
                    .toList();
        }
    }

    private static List<Path> entries(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> !entry.getFileName().toString().startsWith("hsperfdata_"))
                    .toList();
        }
    }

    private List<String> plainLines() {
        return output.lines()
                .map(line -> line.replaceFirst("^\\[(INFO|ERROR|WARNING)\\] ", ""))
                .toList();
    }
}
