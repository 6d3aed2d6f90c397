// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.config.BuildConfig;
import io.crossbuild.error.ClosureException;
import io.crossbuild.extract.ClosureSurvey;
import io.crossbuild.extract.Extractor;
import io.crossbuild.extract.TinyElf;
import io.crossbuild.ldso.LoaderOptions;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.tree.FileAttributes;
import io.crossbuild.tree.MemoryFileTree;
import io.crossbuild.tree.MemoryFileTreeBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClosureViewTest {
    private final MemoryFileTreeBuilder builder = MemoryFileTree.builder();

    @BeforeEach
    void makeSystem() throws Exception {
        builder.symlink("/lib64", "usr/lib64");
        file("/usr/lib64/ld-linux-x86-64.so.2", TinyElf.loader());
        file("/usr/lib64/libc.so.6", TinyElf.library(null));
        file("/usr/lib64/libz.so.1", TinyElf.library(null, "libc.so.6"));
        file("/opt/own/libown.so", TinyElf.library(null, "libz.so.1", "libc.so.6"));
        file("/usr/bin/app", TinyElf.program("libown.so", "libz.so.1", "libc.so.6"));
        file("/var/lib/dpkg/status", """
                Package: zlib1g
                Status: install ok installed
                Architecture: amd64
                Version: 1:1.3-1
                """.getBytes(StandardCharsets.UTF_8));
        file("/var/lib/dpkg/info/zlib1g:amd64.list", "/usr/lib64/libz.so.1\n".getBytes(StandardCharsets.UTF_8));
    }

    private void file(String path, byte[] content) throws Exception {
        builder.file(path, content, FileAttributes.of(0755));
    }

    private ProgramClosure resolve(@Nullable String program, String... addons) throws Exception {
        LoaderOptions options = new LoaderOptions("/opt/own", "", "", "/", false, false, null);
        return ClosureSurvey.of(builder.build(), options, new ClosureRequest(program, List.of(addons), List.of()));
    }

    private static String show(ProgramClosure program, @Nullable String why, @Nullable String whyNot) throws Exception {
        return new ClosureView(ClosureView.Format.TREE, why, whyNot).of(program, ClosureTree.Branches.ASCII);
    }

    @Test
    void theTreeNamesFileRuleAndPackageAndDrawsEachFileOnce() throws Exception {
        ProgramClosure app = resolve("/usr/bin/app");
        assertThat(show(app, null, null)).isEqualTo("""
                        /usr/bin/app
                        |-- /lib64/ld-linux-x86-64.so.2 [program interpreter]
                        |-- libown.so => /opt/own/libown.so [LD_LIBRARY_PATH]
                        |   |-- libz.so.1 => /lib64/libz.so.1 [system directory] (zlib1g 1:1.3-1)
                        |   |   `-- libc.so.6 => /lib64/libc.so.6 [system directory]
                        |   `-- libc.so.6 (*)
                        |-- libz.so.1 (*)
                        `-- libc.so.6 (*)

                        5 files, %s kB, packages: zlib1g
                        """.formatted(kilobytes(app)));
        assertThat(new ClosureView(ClosureView.Format.TREE, null, null).of(app, ClosureTree.Branches.BOXES))
                .contains("\u2502   \u2514\u2500\u2500 libc.so.6 (*)");
    }

    private static String kilobytes(ProgramClosure program) {
        long bytes =
                program.bytes().values().stream().mapToLong(Long::longValue).sum();
        return String.format(Locale.ROOT, "%.1f", bytes / 1e3);
    }

    @Test
    void whyNamesEveryChainTheShortestFirst() throws Exception {
        ProgramClosure app = resolve("/usr/bin/app");
        String chains = """
                /usr/bin/app [program]
                    libz.so.1 => /lib64/libz.so.1 [system directory of /lib64/]
                /usr/bin/app [program]
                    libown.so => /opt/own/libown.so [LD_LIBRARY_PATH of /opt/own/]
                        libz.so.1 => /lib64/libz.so.1 [already loaded]
                """;
        for (String name : List.of("libz.so.1", "/lib64/libz.so.1", "/usr/lib64/libz.so.1")) {
            assertThat(show(app, name, null)).as(name).isEqualTo(chains);
        }
        assertThatThrownBy(() -> show(app, "libz.so.2", null))
                .isInstanceOf(ClosureException.class)
                .hasMessage("Cannot tell why 'libz.so.2' is needed: it is not in the closure; did you mean"
                        + " 'libz.so.1'?");
    }

    @Test
    void whyNotNamesEveryPathThatWasTried() throws Exception {
        file("/usr/bin/lost", TinyElf.program("libnone.so.1", "libtext.so"));
        file("/opt/own/libz.so.1", "a text".getBytes(StandardCharsets.UTF_8));
        file("/opt/own/libtext.so", "a text".getBytes(StandardCharsets.UTF_8));
        ProgramClosure lost = resolve("/usr/bin/lost");
        assertThat(show(lost, null, "libnone.so.1")).isEqualTo("""
                        libnone.so.1 for /usr/bin/lost: not found
                            /opt/own/libnone.so.1 [LD_LIBRARY_PATH]: no such file
                            /lib64/libnone.so.1 [system directory]: no such file
                            /usr/lib64/libnone.so.1 [system directory]: no such file
                        """);
        assertThat(show(lost, null, null))
                .contains("|-- libnone.so.1 => not found\n")
                .contains("Problem: Cannot load 'libnone.so.1' for '/usr/bin/lost': not found at 3 places")
                .contains(
                        "Problem: Cannot load 'libtext.so' for '/usr/bin/lost': '/opt/own/libtext.so' is not a library");
        assertThatThrownBy(() -> show(lost, null, "libnone.so.2"))
                .isInstanceOf(ClosureException.class)
                .hasMessageContaining("no file requests that name; did you mean 'libnone.so.1'?");
    }

    @Test
    void jsonHasAllOfIt() throws Exception {
        ProgramClosure app = resolve("/usr/bin/app");
        JsonNode json = json(new ClosureView(ClosureView.Format.JSON, null, null), app);
        assertThat(json.get("program").asText()).isEqualTo("/usr/bin/app");
        assertThat(json.get("files"))
                .extracting(f -> f.get("path").asText())
                .containsExactly(
                        "/usr/bin/app",
                        "/lib64/ld-linux-x86-64.so.2",
                        "/opt/own/libown.so",
                        "/lib64/libz.so.1",
                        "/lib64/libc.so.6");
        JsonNode zlib = json.get("files").get(3);
        assertThat(zlib.get("canonicalPath").asText()).isEqualTo("/usr/lib64/libz.so.1");
        assertThat(zlib.get("links")).extracting(JsonNode::asText).containsExactly("/lib64");
        assertThat(zlib.get("requester").asText()).isEqualTo("/usr/bin/app");
        assertThat(zlib.get("owner").get("version").asText()).isEqualTo("1:1.3-1");
        assertThat(json.get("requests")
                        .get(3)
                        .get("refused")
                        .get(0)
                        .get("refusal")
                        .asText())
                .isEqualTo("missing");
        assertThat(json.get("problems")).isEmpty();
        JsonNode why = json(new ClosureView(ClosureView.Format.JSON, "libz.so.1", null), app);
        assertThat(why.get("why")).hasSize(2);
        JsonNode whyNot = json(new ClosureView(ClosureView.Format.JSON, null, "libz.so.1"), app);
        assertThat(whyNot.get("requests")).hasSize(2);
    }

    private static JsonNode json(ClosureView view, ProgramClosure program) throws Exception {
        String text = view.of(program, ClosureTree.Branches.ASCII);
        assertThat(text).matches(t -> t.chars().allMatch(c -> c == '\n' || (c >= 0x20 && c < 0x7F)));
        return new ObjectMapper().readTree(text);
    }

    @Test
    void namesCannotSpeakToTheTerminal() throws Exception {
        String evil = "lib\u001b[2K\r\n\u202eos.live\udcff.so";
        file("/opt/own/" + evil, TinyElf.library(null));
        file("/usr/bin/evil", TinyElf.program(evil, "libno\u0007ne.so"));
        ProgramClosure program = resolve("/usr/bin/evil");
        String harmless = "lib\\x1B[2K\\x0D\\x0A<U+202E>os.live\\xFF.so";
        assertThat(show(program, null, null))
                .contains(harmless + " => /opt/own/" + harmless + " [LD_LIBRARY_PATH]\n")
                .contains("libno\\x07ne.so => not found")
                .matches(t -> t.chars().allMatch(c -> c == '\n' || (c >= 0x20 && c < 0x7F)));
        assertThat(show(program, evil, null)).contains(harmless);
        JsonNode json = json(new ClosureView(ClosureView.Format.JSON, null, null), program);
        assertThat(json.get("files")).anyMatch(f -> f.get("path").asText().equals("/opt/own/" + evil));
    }

    @Test
    void aChainOfAnyDepthIsDrawn() throws Exception {
        int depth = 3_000;
        for (int i = 0; i < depth; i++) {
            file("/opt/own/lib" + i, TinyElf.library(null, "lib" + (i + 1)));
        }
        file("/opt/own/lib" + depth, TinyElf.library(null));
        file("/usr/bin/deep", TinyElf.program("lib0"));
        ProgramClosure deep = resolve("/usr/bin/deep");
        assertThat(show(deep, null, null)).contains("lib" + depth + " => /opt/own/lib" + depth);
        assertThat(show(deep, "lib" + depth, null).lines()).hasSize(depth + 2);
    }

    @Test
    void addonsAreShownNextToTheProgram() throws Exception {
        file("/root/addon.node", TinyElf.library(null, "libz.so.1"));
        assertThat(show(resolve("/usr/bin/app", "/root/addon.node"), null, null))
                .contains("\n/root/addon.node\n`-- libz.so.1 (*)\n");
    }

    private ProgramClosure withRules() throws Exception {
        file("/usr/bin/dot", TinyElf.program("libgvc.so.6"));
        file("/usr/lib64/libgvc.so.6", TinyElf.library(null, "libc.so.6"));
        file("/usr/lib64/graphviz/config6a", "plugins".getBytes(StandardCharsets.UTF_8));
        file("/usr/lib64/graphviz/libplugin.so", TinyElf.library(null, "libz.so.1"));
        try (MemoryFileTree tree = builder.build()) {
            return new Extractor(
                            tree, BuildConfig.EMPTY.withProgram("/usr/bin/dot"), ExtractionOptions.DEFAULTS, e -> {})
                    .survey();
        }
    }

    @Test
    void filesOfRulesAreTold() throws Exception {
        ProgramClosure dot = withRules();
        assertThat(show(dot, null, null))
                .contains("4 files, ")
                .contains(
                        "\nOpened by programs themselves, by rules:\n    graphviz: graphviz's plugins and their list for"
                                + " /lib64/libgvc.so.6, 2 files, ");
        JsonNode json = new ObjectMapper()
                .readTree(new ClosureView(ClosureView.Format.JSON, null, null).of(dot, ClosureTree.Branches.ASCII));
        assertThat(json.get("ruleFiles").get(0).toString())
                .isEqualTo(
                        "{\"path\":\"/usr/lib64/graphviz/config6a\",\"rule\":\"graphviz\","
                                + "\"what\":\"graphviz's plugins and their list\",\"trigger\":\"/lib64/libgvc.so.6\",\"bytes\":7}");
    }

    @Test
    void whyNamesTheRuleOfAFile() throws Exception {
        assertThat(show(withRules(), "config6a", null)).isEqualTo("""
                /usr/bin/dot [program]
                    libgvc.so.6 => /lib64/libgvc.so.6 [system directory of /lib64/]
                        /usr/lib64/graphviz/config6a [rule graphviz: graphviz's plugins and their list]
                """);
    }

    @Test
    void whyNamesTheRuleOfAPluginForItsLibraries() throws Exception {
        assertThat(show(withRules(), "libz.so.1", null)).isEqualTo("""
                /usr/bin/dot [program]
                    libgvc.so.6 => /lib64/libgvc.so.6 [system directory of /lib64/]
                        /usr/lib64/graphviz/libplugin.so [rule graphviz: graphviz's plugins and their list]
                            libz.so.1 => /lib64/libz.so.1 [system directory of /lib64/]
                """);
    }

    @Test
    void aProgramWithMoreRightsThanItsCallerIsMarked() throws Exception {
        ProgramClosure app = ClosureSurvey.of(
                builder.build(),
                LoaderOptions.defaults().withSecure(true),
                new ClosureRequest("/usr/lib64/libz.so.1", List.of("/usr/lib64/libz.so.1"), List.of()));
        assertThat(show(app, null, null))
                .startsWith("/usr/lib64/libz.so.1 (zlib1g 1:1.3-1) [secure execution: set-user-ID or set-group-ID]");
    }
}
