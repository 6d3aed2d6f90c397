// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.oracle.Oracles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compares the order of versions with dpkg's: generated ones, and those of this host's packages. */
class DebianVersionIT {
    private static final int GENERATED = 2500;
    private static final String SCRIPT = """
            while read -r a b; do
              if "$1" --compare-versions "$a" lt "$b" 2>/dev/null; then echo "$a < $b"
              elif "$1" --compare-versions "$a" eq "$b" 2>/dev/null; then echo "$a = $b"
              else echo "$a > $b"; fi
            done
            """;

    @TempDir
    Path dir;

    @Test
    void theOrderIsDpkgs() throws Exception {
        // It is started thousands of times, so a Debian machine's own dpkg is used directly.
        Path own = Path.of("/usr/bin/dpkg");
        String dpkg = Files.isExecutable(own) ? own.toString() : Oracles.program("dpkg");
        List<String[]> pairs = new ArrayList<>();
        Random random = new Random(11);
        for (int i = 0; i < GENERATED; i++) {
            pairs.add(new String[] {DebianVersionTest.random(random), DebianVersionTest.random(random)});
        }
        List<String> real = new ArrayList<>(
                Oracle.run(dir, Path.of("/dev/null"), List.of("dpkg-query", "-W", "-f", "${Version}\\n"))
                        .lines()
                        .sorted()
                        .distinct()
                        .toList());
        // Pairs with similar texts are hard to distinguish.
        for (int i = 1; i < real.size(); i++) {
            pairs.add(new String[] {real.get(i - 1), real.get(i)});
        }

        List<String> ours = new ArrayList<>();
        StringBuilder input = new StringBuilder();
        for (String[] pair : pairs) {
            int order = DebianVersion.parse(pair[0]).compareTo(DebianVersion.parse(pair[1]));
            ours.add(pair[0] + (order < 0 ? " < " : order > 0 ? " > " : " = ") + pair[1]);
            input.append(pair[0]).append(' ').append(pair[1]).append('\n');
        }
        Path file = Files.writeString(dir.resolve("pairs"), input);

        List<String> theirs = Oracle.run(dir, file, List.of("sh", "-c", SCRIPT, "sh", dpkg))
                .lines()
                .toList();

        assertThat(ours).containsExactlyElementsOf(theirs);
    }
}
