// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
    @TempDir
    Path dir;

    private ConfigLayer read(String json) throws IOException, ConfigException {
        return ConfigFile.read(Files.writeString(dir.resolve("config.json"), json));
    }

    private List<String> problems(String json) throws IOException {
        Path file = Files.writeString(dir.resolve("config.json"), json);
        return catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(file))
                .problems();
    }

    @Test
    void theDocumentedExampleIsRead() throws Exception {
        ConfigLayer layer = read("{\n  \"Dirs\": [\"node_modules\"],\n  \"Program\": \"/usr/bin/node\"\n}\n");
        assertThat(layer.program()).isEqualTo("/usr/bin/node");
        assertThat(layer.dirs()).containsExactly("node_modules");
        assertThat(layer.files()).isNull();
        assertThat(layer.source()).isEqualTo(dir.resolve("config.json").toString());
    }

    @Test
    void keysAreTakenInAnyCaseAsGoDoes() throws Exception {
        ConfigLayer layer =
                read("{\"DIRS\":[\"a\"],\"mapdirs\":{\"b/*\":\"/c\"},\"eNV\":{\"Path\":\"x\"},\"HOME\":\"h\","
                        + "\"runconfig\":{\"cpus\":2,\"PORTS\":[\"80\"]},\"Args\":null}");
        assertThat(layer.dirs()).containsExactly("a");
        assertThat(layer.mapDirs()).containsExactly(Map.entry("b/*", "/c"));
        assertThat(layer.env()).containsExactly(Map.entry("Path", "x"));
        assertThat(layer.args()).isNull();
        assertThat(layer.other())
                .containsExactly(
                        Map.entry("home", "h"), Map.entry("RunConfig", Map.of("CPUs", 2L, "Ports", List.of("80"))));
    }

    @Test
    void everyKeyOfOpsParses() throws Exception {
        StringBuilder json = new StringBuilder();
        append(json, OpsKey.CONFIG);
        ConfigLayer layer = read("\uFEFF" + json);
        assertThat(layer.other()).hasSize(OpsKey.CONFIG.size() - 6);
        assertThat(layer.program()).isEqualTo("x");
        JsonNode back = new ObjectMapper().valueToTree(layer.other());
        assertThat(back.at("/CloudConfig/Tags/0/attribute/image_label").asBoolean())
                .isTrue();
        assertThat(back.at("/RunConfig/Nics/0/BridgeName").asText()).isEqualTo("x");
        assertThat(back.at("/ManifestPassthrough/a/0/b").isNull()).isTrue();
    }

    private static void append(StringBuilder json, List<OpsKey> keys) {
        String separator = "{";
        for (OpsKey key : keys) {
            json.append(separator).append('"').append(key.name()).append("\":");
            separator = ",\n";
            switch (key.kind()) {
                case STRING -> json.append("\"x\"");
                case BOOLEAN -> json.append("true");
                case INTEGER -> json.append("-9223372036854775808");
                case STRINGS -> json.append("[\"x\", \"y\"]");
                case STRING_MAP -> json.append("{\"x\": \"y\", \"X\": \"\"}");
                case ANY_MAP -> json.append("{\"a\": [{\"b\": null}, 1.5, 1e400]}");
                case OBJECT -> append(json, key.keys());
                case OBJECTS -> {
                    json.append('[');
                    append(json, key.keys());
                    json.append(']');
                }
            }
        }
        json.append('}');
    }

    @Test
    void everyProblemIsReportedAtOnceWithItsPlace() throws Exception {
        assertThat(problems("""
                        {
                          "Progam": "/usr/bin/node",
                          "Dirs": "node_modules",
                          "Args": ["a", 8080],
                          "RunConfig": { "Porst": [], "CPUs": 1.0 },
                          "Env": { "A": true, "B": null },
                          "Uefi": "yes",
                          "Files": [],
                          "files": [],
                          "CloudConfig": { "Tags": [ { "kye": 1 }, 7 ] }
                        }"""))
                .containsExactly(
                        "line 2, column 3: unknown key 'Progam'; did you mean 'Program'?",
                        "line 3, column 11: 'Dirs' is a string (expected a list of strings)",
                        "line 4, column 17: 'Args[1]' is the number 8080 (expected a string)",
                        "line 5, column 18: unknown key 'RunConfig.Porst'; did you mean 'Ports'?",
                        "line 5, column 39: 'RunConfig.CPUs' is the number 1.0 (expected an integer)",
                        "line 6, column 17: 'Env.A' is true (expected a string)",
                        "line 6, column 28: 'Env.B' is null (expected a string)",
                        "line 7, column 11: 'Uefi' is a string (expected true or false)",
                        "line 9, column 3: key 'files' appears twice (expected once)",
                        "line 10, column 32: unknown key 'CloudConfig.Tags[0].kye'; did you mean 'key'?",
                        "line 10, column 44: 'CloudConfig.Tags[1]' is the number 7 (expected an object)");
    }

    @Test
    void brokenJsonIsReportedInPlainWords() throws Exception {
        assertThat(problems("{ // no\n}"))
                .containsExactly("line 1, column 3: a comment (expected plain JSON, which has none)");
        assertThat(problems("{\n  \"Dirs\": [\"a\"],\n}"))
                .containsExactly("line 3, column 1: a comma before '}' (expected none)");
        assertThat(problems("{\n  \"Dirs\": [\"a\",]\n}"))
                .containsExactly("line 2, column 16: a comma before ']' (expected none)");
        assertThat(problems("{} {}"))
                .containsExactly("line 1, column 4: unexpected content after the object (expected one JSON object)");
        assertThat(problems("[]")).containsExactly("line 1, column 1: a list (expected an object)");
        assertThat(problems(" \n")).containsExactly("empty (expected a JSON object)");
        assertThat(problems("{ 'Dirs': 1 }").get(0)).startsWith("line 1, column 3: unexpected character");
        assertThat(problems("{\n \"Dirs\": [").get(0)).startsWith("line 2, column 11: unexpected end-of-input");
        assertThat(problems("{ \"Program\": NaN }")).hasSize(1);
        assertThat(problems("{ \"Program\": \"a\\u0000b\" }").get(0)).contains("zero character");
    }

    @Test
    void depthAndSizeAreBounded() throws Exception {
        assertThat(problems("{\"ManifestPassthrough\":" + "{\"a\":".repeat(100_000))
                        .get(0))
                .contains("depth");
        assertThat(problems("{\"RunConfig\":{\"CPUs\":" + "9".repeat(100_000) + "}}")
                        .get(0))
                .contains("number");
        assertThat(problems("{\"RunConfig\":{\"CPUs\":" + "9".repeat(30) + "}}").get(0))
                .contains("(expected an integer)");
        assertThat(problems(" ".repeat(ConfigFile.MAX_BYTES + 1)).get(0)).startsWith("longer than");
    }

    @Test
    void aMissingFileIsReportedWithItsFullPath() {
        Path missing = dir.resolve("a/../none.json");
        ConfigException e = catchThrowableOfType(ConfigException.class, () -> ConfigFile.read(missing));
        assertThat(e).hasMessage("Cannot use '" + dir.resolve("none.json") + "': there is no such file");
        assertThat(e.advice()).containsExactly(AdviceKey.WRITE_CONFIGURATION.advice());
        assertThatThrownBy(() -> ConfigFile.read(dir)).hasMessageContaining("not a regular file");
    }

    @Test
    void brokenBytesGiveConfigExceptionsOnly() throws Exception {
        StringBuilder json = new StringBuilder();
        append(json, OpsKey.CONFIG);
        byte[] whole = json.toString().getBytes(StandardCharsets.UTF_8);
        Random random = new Random(3);
        Path file = dir.resolve("config.json");
        for (int i = 0; i < 250; i++) {
            byte[] broken = whole.clone();
            for (int j = random.nextInt(4); j >= 0; j--) {
                broken[random.nextInt(broken.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, broken);
            try {
                assertThat(ConfigFile.read(file).source()).isNotEmpty();
            } catch (ConfigException e) {
                assertThat(e.problems()).isNotEmpty();
            }
        }
    }

    @Test
    void laterLayersWinMapsAreMergedAndListsReplaced() throws Exception {
        ConfigLayer file =
                read("{\"Program\":\"/a\",\"Args\":[\"1\"],\"Files\":[\"f\"],\"Env\":{\"A\":\"1\",\"B\":\"1\"},"
                        + "\"RunConfig\":{\"CPUs\":1,\"Ports\":[\"1\"]},\"ManifestPassthrough\":{\"x\":{\"y\":1}}}");
        ConfigLayer pom =
                new ConfigLayer("pom.xml", null, List.of(), null, List.of("d"), null, Map.of("B", "2"), Map.of());
        ConfigLayer line = new ConfigLayer(
                "-Dcrossbuild.program",
                "/b",
                null,
                null,
                null,
                null,
                null,
                Map.of("RunConfig", Map.of("Ports", List.of("2")), "ManifestPassthrough", Map.of("x", Map.of("z", 2))));
        BuildConfig config = BuildConfig.merge(List.of(file, pom, line));
        assertThat(config.program()).isEqualTo("/b");
        assertThat(config.args()).isEmpty();
        assertThat(config.files()).containsExactly("f");
        assertThat(config.dirs()).containsExactly("d");
        assertThat(config.env()).containsExactly(Map.entry("A", "1"), Map.entry("B", "2"));
        assertThat(config.other())
                .containsEntry("RunConfig", Map.of("CPUs", 1L, "Ports", List.of("2")))
                .containsEntry("ManifestPassthrough", Map.of("x", Map.of("z", 2)));
        assertThat(config.origin("Program")).contains("-Dcrossbuild.program");
        assertThat(config.origin("Args")).contains("pom.xml");
        assertThat(config.origin("Env.A")).contains(file.source());
        assertThat(config.origin("Env.B")).contains("pom.xml");
        assertThat(config.origin("MapDirs")).isEmpty();
        assertThat(BuildConfig.merge(List.of())).isEqualTo(BuildConfig.EMPTY);
    }

    @Test
    void theJsonSchemaHasTheSameKeysAndTypes() throws Exception {
        try (InputStream in = ConfigFile.class.getResourceAsStream("config.schema.json")) {
            JsonNode schema = new ObjectMapper().readTree(in);
            assertSameKeys("", schema, OpsKey.CONFIG);
        }
    }

    private static void assertSameKeys(String at, JsonNode schema, List<OpsKey> keys) {
        List<String> names = new ArrayList<>();
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        assertThat(names)
                .as(at)
                .containsExactlyElementsOf(keys.stream().map(OpsKey::name).toList());
        assertThat(schema.path("additionalProperties").isBoolean()).as(at).isTrue();
        assertThat(keys.stream().map(k -> k.name().toLowerCase(Locale.ROOT))).doesNotHaveDuplicates();
        for (OpsKey key : keys) {
            JsonNode value = schema.path("properties").path(key.name());
            String type = value.path("type").asText();
            switch (key.kind()) {
                case STRING -> assertThat(type).isEqualTo("string");
                case BOOLEAN -> assertThat(type).isEqualTo("boolean");
                case INTEGER -> assertThat(type).isEqualTo("integer");
                case STRINGS -> assertThat(value.at("/items/type").asText()).isEqualTo("string");
                case STRING_MAP ->
                    assertThat(value.at("/additionalProperties/type").asText()).isEqualTo("string");
                case ANY_MAP -> assertThat(value.size()).isEqualTo(1);
                case OBJECT -> assertSameKeys(at + key.name() + ".", value, key.keys());
                case OBJECTS -> assertSameKeys(at + key.name() + "[].", value.path("items"), key.keys());
            }
        }
    }
}
