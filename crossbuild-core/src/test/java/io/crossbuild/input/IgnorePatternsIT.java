// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.oracle.Oracles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares with what git itself ignores, except for "?", which matches a byte in git and a character here. */
class IgnorePatternsIT {
    private static final List<String> NAMES = List.of("a", "b", "ab", "a.o", "b.o", "a b", "c++", "a[b", "née", ".h");
    private static final List<String> PIECES = List.of(
            "a", "b", "ab", "*", "?b", "*.o", "a*", "*b", "[ab]", "[!a]", "[a-b].o", "**", "a\\ b", "c++", "a\\[b",
            "née", ".*", "**.o", "[^b]*", "?.o");

    @TempDir
    Path directory;

    private final List<String> files = new ArrayList<>();

    @BeforeEach
    void makeTree() throws Exception {
        git("init", "-q");
        Random random = new Random(7);
        for (int i = 0; i < 150; i++) {
            StringBuilder path = new StringBuilder();
            for (int depth = random.nextInt(4); depth >= 0; depth--) {
                path.append(path.isEmpty() ? "" : "/").append(NAMES.get(random.nextInt(NAMES.size())));
            }
            Path file = directory.resolve(path.toString());
            try {
                Files.createDirectories(file.getParent());
                Files.writeString(file, "");
                files.add(path.toString());
            } catch (IOException e) {
                // A file of that name is in the way of a directory, or the other way round.
            }
        }
    }

    @Test
    void theSameFilesAreIgnored() throws Exception {
        Random random = new Random(23);
        for (int round = 0; round < 150; round++) {
            List<String> lines = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                lines.add(pattern(random));
            }
            Files.write(directory.resolve(".git/info/exclude"), lines, StandardCharsets.UTF_8);
            IgnorePatterns patterns = IgnorePatterns.parse("exclude", lines);
            assertThat(kept(patterns)).as(lines.toString()).isEqualTo(keptByGit());
        }
    }

    private static String pattern(Random random) {
        StringBuilder line = new StringBuilder(random.nextInt(4) == 0 ? "!" : "");
        line.append(random.nextInt(4) == 0 ? "/" : "");
        for (int depth = random.nextInt(3); depth >= 0; depth--) {
            line.append(PIECES.get(random.nextInt(PIECES.size()))).append(depth > 0 ? "/" : "");
        }
        return line.append(random.nextInt(4) == 0 ? "/" : "").toString();
    }

    private Set<String> kept(IgnorePatterns patterns) {
        TreeSet<String> kept = new TreeSet<>();
        for (String file : files) {
            boolean ignored = false;
            for (int slash = file.indexOf('/'); slash > 0 && !ignored; slash = file.indexOf('/', slash + 1)) {
                ignored = patterns.isIgnored(file.substring(0, slash), true);
            }
            if (!ignored && !patterns.isIgnored(file, false)) {
                kept.add(file);
            }
        }
        return kept;
    }

    private Set<String> keptByGit() throws Exception {
        String listed = git("ls-files", "-z", "--others", "--exclude-from=.git/info/exclude");
        return listed.isEmpty() ? Set.of() : new TreeSet<>(List.of(listed.split("\0")));
    }

    private String git(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("git", "-C", directory.toString(), "-c", "core.excludesFile="));
        command.addAll(List.of(arguments));
        Process git = Oracles.process(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(git.waitFor()).isZero();
        return output;
    }
}
