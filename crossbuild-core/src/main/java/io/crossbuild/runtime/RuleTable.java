// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.runtime;

import io.crossbuild.closure.HintGroup;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Reads {@code rules.txt}: paragraphs of {@code Field: value} lines, in which an indented line continues the one above,
 * as in Debian's control files. Plain text is read without a parser to load.
 */
final class RuleTable {
    private static final String RESOURCE = "rules.txt";
    private static final Set<String> FIELDS =
            Set.of("Rule", "What", "Source", "When", "With", "Take", "Suggest", "Except", "Group", "Home");

    private RuleTable() {}

    /** The rules that crossbuild contains. */
    static List<RuntimeRule> builtIn() throws IOException {
        try (InputStream in = Objects.requireNonNull(RuleTable.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    /** @throws IllegalArgumentException when a line is not as expected */
    static List<RuntimeRule> parse(String text) {
        List<RuntimeRule> rules = new ArrayList<>();
        Map<String, List<String>> fields = new LinkedHashMap<>();
        List<String> last = List.of();
        for (String line : (text + "\n\n").lines().toList()) {
            if (line.startsWith("#")) {
                continue;
            }
            if (line.isBlank()) {
                if (!fields.isEmpty()) {
                    rules.add(rule(fields));
                    fields.clear();
                }
            } else if (line.startsWith(" ")) {
                last.add(line.strip());
            } else {
                int colon = line.indexOf(':');
                String field = line.substring(0, Math.max(0, colon));
                if (!FIELDS.contains(field)) {
                    throw new IllegalArgumentException(
                            "'" + line + "': no such field (expected one of " + FIELDS + ")");
                }
                last = fields.computeIfAbsent(field, f -> new ArrayList<>());
                last.add(line.substring(colon + 1).strip());
            }
        }
        return List.copyOf(rules);
    }

    private static RuntimeRule rule(Map<String, List<String>> fields) {
        List<RuntimeRule.Trigger> triggers = new ArrayList<>();
        for (String when : fields.getOrDefault("When", List.of())) {
            List<String> words = List.of(when.split(" "));
            RuntimeRule.Kind kind = RuntimeRule.Kind.valueOf(words.get(0).toUpperCase(Locale.ROOT));
            if (kind == RuntimeRule.Kind.PROGRAM) {
                triggers.add(new RuntimeRule.Trigger(kind, ""));
            }
            words.subList(1, words.size()).forEach(w -> triggers.add(new RuntimeRule.Trigger(kind, w)));
        }
        Set<HintGroup> groups = EnumSet.noneOf(HintGroup.class);
        words(fields, "Group").forEach(g -> groups.add(HintGroup.of(g).orElseThrow()));
        return new RuntimeRule(
                text(fields, "Rule"),
                text(fields, "What"),
                text(fields, "Source"),
                triggers,
                text(fields, "With"),
                words(fields, "Take"),
                words(fields, "Suggest"),
                words(fields, "Except"),
                groups,
                text(fields, "Home").equals("yes"));
    }

    private static String text(Map<String, List<String>> fields, String field) {
        return String.join(" ", fields.getOrDefault(field, List.of()));
    }

    private static List<String> words(Map<String, List<String>> fields, String field) {
        String text = text(fields, field);
        return text.isEmpty() ? List.of() : List.of(text.split(" "));
    }
}
