// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.io.HostOs;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The frontend has the words: no text of the library names a parameter or a goal of the Maven plugin, or Maven. */
class FrontendWordsTest {
    private static final Pattern PARAMETER = Pattern.compile("(?<![\\w.])crossbuild\\.[a-z]\\w*");
    private static final Pattern GOAL = Pattern.compile("\\bcrossbuild:[a-z]");
    private static final Pattern MAVEN =
            Pattern.compile("-Dcrossbuild|\\bmvn\\b|(?i:\\bmaven\\b|MAVEN_OPTS)|\\bPOM\\b");
    /** Those of the plugin's parameters that no other sentence can mean. */
    private static final Pattern PARAMETER_IN_A_SENTENCE = Pattern.compile(
            ".*\\b(startCheck|whyNot|noCache|bootTimeout|stepTimeout|diskSize|maxLayersSize|maxAge|dryRun"
                    + "|maxGlibc|maxGlibcxx|copyFrom|maxLogSize|maxCacheSize|maxExtractedFiles|maxExtractedSize"
                    + "|buildFile|configFile|targetRoot|runTimeout"
                    + "|securityUpdates|securityMirror|maxIndexAge)\\b.*");

    /** Names of the ports of a virtual machine, and of a property for tests. */
    private static final Set<String> OWN =
            Set.of("crossbuild.output", "crossbuild.errors", "crossbuild.state", HostOs.PRETENDED);

    @Test
    void noTextOfTheLibraryHasWordsOfAFrontend() throws Exception {
        Path classes = Path.of(Crossbuild.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        List<String> found = new ArrayList<>();
        int texts = 0;
        try (Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
                for (String text : texts(Files.readAllBytes(file))) {
                    texts++;
                    if (isOfFrontend(text)) {
                        found.add(classes.relativize(file) + ": " + text);
                    }
                }
            }
        }
        assertThat(texts).isGreaterThan(1000);
        assertThat(found).isEmpty();
    }

    @Test
    void suchTextsAreFound() {
        assertThat(List.of(
                        "set crossbuild.home to it",
                        "Remove with crossbuild:prune",
                        "-Dcrossbuild.memory=2g",
                        "mvn -U",
                        "in MAVEN_OPTS",
                        "with startCheck 'warn'"))
                .allMatch(FrontendWordsTest::isOfFrontend);
        assertThat(List.of(
                        "io.crossbuild.io",
                        "crossbuild.output",
                        "/crossbuild/init",
                        "targetRoot;files",
                        "a newer crossbuild."))
                .noneMatch(FrontendWordsTest::isOfFrontend);
    }

    private static boolean isOfFrontend(String text) {
        boolean names = PARAMETER.matcher(text).results().anyMatch(m -> !OWN.contains(m.group()))
                || GOAL.matcher(text).find()
                || MAVEN.matcher(text).find();
        return names
                || (text.contains(" ") && PARAMETER_IN_A_SENTENCE.matcher(text).find());
    }

    /** The string constants of a class file: the constant pool of The Java Virtual Machine Specification, 4.4. */
    private static List<String> texts(byte[] classFile) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile));
        in.skipBytes(8);
        int count = in.readUnsignedShort();
        Map<Integer, String> utf8 = new HashMap<>();
        List<Integer> strings = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> utf8.put(i, new String(in.readNBytes(in.readUnsignedShort()), UTF_8));
                case 8 -> strings.add(in.readUnsignedShort());
                case 7, 16, 19, 20 -> in.skipBytes(2);
                case 15 -> in.skipBytes(3);
                case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipBytes(4);
                case 5, 6 -> {
                    in.skipBytes(8);
                    i++;
                }
                default -> throw new IOException("constant of kind " + tag);
            }
        }
        return strings.stream().map(utf8::get).toList();
    }
}
