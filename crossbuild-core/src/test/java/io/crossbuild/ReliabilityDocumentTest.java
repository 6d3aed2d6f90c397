// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The tests that docs/reliability.md names exist, and need what it says. */
class ReliabilityDocumentTest {
    private static final Path PROJECT = Path.of("..");
    private static final List<String> SOURCES =
            List.of("crossbuild-core/src/test", "crossbuild-maven-plugin/src/test", "it/src/test");

    private static final int LEAST_ROWS = 60;
    private static final String HEAD = "| fault | what crossbuild does | test | machines |";
    private static final Pattern ROW =
            Pattern.compile("\\| ([^|]+) \\| ([^|]+) \\| `(\\w+)\\.(\\w+)` \\| (no|yes|long) \\|");
    private static final Pattern TEST = Pattern.compile("@\\w*Test\\b");
    private static final Pattern MACHINES = Pattern.compile("@VirtualMachineTest\\b|@Tag\\(\"vm\"\\)");
    private static final String LONG = "\"crossbuild.it.long\"";

    private record Row(String fault, String type, String method, String machines) {}

    private final Map<String, String> classes = new HashMap<>();

    @BeforeEach
    void readTests() throws IOException {
        for (String sources : SOURCES) {
            try (Stream<Path> files = Files.walk(PROJECT.resolve(sources))) {
                for (Path file :
                        files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    String name = file.getFileName().toString();
                    classes.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
                }
            }
        }
    }

    @Test
    void eachFaultHasATest() throws Exception {
        List<Row> rows = rows(Files.readString(PROJECT.resolve("docs/reliability.md")));
        assertThat(rows).hasSizeGreaterThanOrEqualTo(LEAST_ROWS);
        assertThat(rows).extracting(Row::fault).doesNotHaveDuplicates();
        assertThat(rows.stream().flatMap(row -> problem(row).stream())).isEmpty();
    }

    @Test
    void aTestThatIsMissingOrNeedsSomethingElseIsFound() {
        classes.put("OneTest", """
                class OneTest {
                    @Test
                    void isThere() {}

                    void isNoTest() {}
                }
                """);
        classes.put("TwoIT", """
                @VirtualMachineTest
                class TwoIT {
                    @Test
                    void boots() {}

                    @Test
                    @EnabledIfSystemProperty(named = "crossbuild.it.long", matches = "true")
                    void takesLong() {}
                }
                """);
        String table = HEAD + """

                |---|---|---|---|
                | a | b | `OneTest.isThere` | no |
                | a | b | `OneTest.isThere` | yes |
                | a | b | `OneTest.isNoTest` | no |
                | a | b | `OneTest.isThe` | no |
                | a | b | `NoTest.isThere` | no |
                | a | b | `TwoIT.boots` | yes |
                | a | b | `TwoIT.boots` | long |
                | a | b | `TwoIT.takesLong` | long |
                | a | b | `TwoIT.takesLong` | no |

                | a table | of something else |
                """;
        assertThat(rows(table).stream().flatMap(row -> problem(row).stream()))
                .containsExactly(
                        "OneTest.isThere: machines 'yes' (expected 'no')",
                        "OneTest.isNoTest: no such test",
                        "OneTest.isThe: no such test",
                        "NoTest.isThere: no such class",
                        "TwoIT.boots: machines 'long' (expected 'yes')",
                        "TwoIT.takesLong: machines 'no' (expected 'long')");
    }

    /** The rows of all tables with the head. */
    private static List<Row> rows(String document) {
        List<Row> rows = new ArrayList<>();
        boolean inTable = false;
        for (String line : document.lines().toList()) {
            if (line.equals(HEAD)) {
                inTable = true;
            } else if (!line.startsWith("|")) {
                inTable = false;
            } else if (inTable && !line.startsWith("|---")) {
                Matcher row = ROW.matcher(line);
                assertThat(row.matches()).as(line).isTrue();
                rows.add(new Row(row.group(1), row.group(3), row.group(4), row.group(5)));
            }
        }
        return rows;
    }

    private Optional<String> problem(Row row) {
        String test = row.type() + "." + row.method() + ": ";
        String source = classes.get(row.type());
        if (source == null) {
            return Optional.of(test + "no such class");
        }
        Optional<String> annotations = annotations(source, row.method());
        if (annotations.isEmpty()) {
            return Optional.of(test + "no such test");
        }
        String machines = machines(source.substring(0, source.indexOf("class " + row.type())) + annotations.get());
        return machines.equals(row.machines())
                ? Optional.empty()
                : Optional.of(test + "machines '" + row.machines() + "' (expected '" + machines + "')");
    }

    /** What is between the empty line above a test and its name. */
    private static Optional<String> annotations(String source, String method) {
        Matcher declaration = Pattern.compile("void " + method + "\\(").matcher(source);
        while (declaration.find()) {
            String before = source.substring(0, declaration.start());
            String above = before.substring(Math.max(0, before.lastIndexOf("\n\n")));
            if (TEST.matcher(above).find()) {
                return Optional.of(above);
            }
        }
        return Optional.empty();
    }

    private static String machines(String annotations) {
        if (annotations.contains(LONG)) {
            return "long";
        }
        return MACHINES.matcher(annotations).find() ? "yes" : "no";
    }
}
