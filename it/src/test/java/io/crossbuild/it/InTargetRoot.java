// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs programs in a target root, where they see no other file of this host. Only on Linux. */
final class InTargetRoot {
    /** Provides what every system has, in the target root {@code $0}. */
    private static final String MOUNTED = "cd \"$0\" && mkdir -p dev proc run tmp && mount --rbind /dev dev"
            + " && mount --rbind /proc proc && exec chroot . \"$@\"";

    private InTargetRoot() {}

    /** Runs a program that must succeed; returns what it prints to both streams. */
    static String run(Path root, String... command) throws IOException, InterruptedException {
        return text(output(List.of("unshare", "-r"), Map.of(), concat(List.of("chroot", root.toString()), command)));
    }

    /** The same, with {@code /dev}, {@code /proc}, {@code /run} and {@code /tmp}, and some variables. */
    static String runMounted(Path root, Map<String, String> variables, String... command)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("unshare", isRoot() ? "-m" : "-Urm"));
        words.addAll(List.of("sh", "-c", MOUNTED, root.toString()));
        return text(output(List.of(), variables, concat(words, command)));
    }

    /** Runs a script of the host's shell, which may read every file of the target root. */
    static byte[] script(Path root, String script) throws IOException, InterruptedException {
        List<String> words = List.of("sh", "-c", "cd \"$0\" && " + script, root.toString());
        return output(List.of("unshare", "-r"), Map.of(), words);
    }

    private static byte[] output(List<String> unlessRoot, Map<String, String> variables, List<String> command)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(isRoot() ? List.of() : unlessRoot);
        words.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true);
        // Others may name files of this host.
        builder.environment().keySet().retainAll(Set.of("PATH"));
        builder.environment().putAll(variables);
        Process process = builder.start();
        byte[] output = process.getInputStream().readAllBytes();
        assertThat(process.waitFor()).as(text(output)).isZero();
        return output;
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    private static List<String> concat(List<String> words, String... more) {
        List<String> all = new ArrayList<>(words);
        all.addAll(List.of(more));
        return all;
    }

    private static String text(byte[] output) {
        return new String(output, StandardCharsets.UTF_8);
    }
}
