// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import static io.crossbuild.extract.Guest.config;
import static io.crossbuild.extract.Guest.snapshot;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.spec.RuntimeSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How an extraction handles the files that rules name. */
class RuntimeExtractionTest {
    @TempDir
    Path temp;

    private Path root;

    @BeforeEach
    void makeRoot() throws Exception {
        root = temp.toRealPath().resolve("root");
    }

    private static Guest withPlugins() throws Exception {
        return Guest.withProgram()
                .file("/usr/bin/dot", TinyElf.program("libgvc.so.6"), 0755)
                .file("/usr/lib64/libgvc.so.6", TinyElf.library(null, "libc.so.6"), 0644)
                .file("/usr/lib64/graphviz/libplugin.so.6", TinyElf.library(null, "libdraw.so.2"), 0644)
                .file("/usr/lib64/graphviz/libpoor.so.6", TinyElf.library(null, "libnone.so.1"), 0644)
                .file("/usr/lib64/graphviz/config6a", "plugins")
                .file("/usr/lib64/libdraw.so.2", TinyElf.library(null, "libfontconfig.so.1"), 0644)
                .file("/usr/lib64/libfontconfig.so.1", TinyElf.library(null), 0644)
                .file("/etc/fonts/fonts.conf", "fonts")
                .file("/usr/share/fonts/a.ttf", "font");
    }

    @Test
    void pluginsComeWithTheirLibrariesAndWhatTheseNeed() throws Exception {
        Guest guest = withPlugins();
        guest.extract(config("/usr/bin/dot", List.of(), List.of()), root);
        assertThat(snapshot(root))
                .containsKeys(
                        "usr/lib64/graphviz/libplugin.so.6",
                        "usr/lib64/graphviz/config6a",
                        "usr/lib64/libdraw.so.2",
                        "usr/lib64/libfontconfig.so.1",
                        "etc/fonts/fonts.conf",
                        "usr/share/fonts/a.ttf");
        // A plugin that does not work in the guest is no news.
        assertThat(guest.warnings()).isEmpty();
        assertThat(guest.events(BuildEvent.RuntimeFilesAdded.class))
                .satisfiesExactly(
                        graphviz -> {
                            assertThat(graphviz.rule()).isEqualTo("graphviz");
                            assertThat(graphviz.trigger()).isEqualTo("/lib64/libgvc.so.6");
                            assertThat(graphviz.files()).isEqualTo(3);
                            assertThat(graphviz.bytes()).isPositive();
                        },
                        fonts -> assertThat(fonts.rule()).isEqualTo("fontconfig"));
        JsonNode run = new ObjectMapper().readTree(root.resolve("run.json").toFile());
        assertThat(run.get("Dirs")).extracting(JsonNode::asText).contains("usr/lib64/graphviz", "usr/share/fonts");
        assertThat(run.get("Files")).extracting(JsonNode::asText).doesNotContain("usr/lib64/graphviz/config6a");
    }

    @Test
    void filesThatAreExtractedAnywayAreNotTold() throws Exception {
        Guest guest = withPlugins();
        guest.extract(
                config("/usr/bin/dot", List.of(), List.of("/usr/lib64/graphviz", "/etc/fonts", "/usr/share")), root);
        assertThat(guest.events(BuildEvent.RuntimeFilesAdded.class)).isEmpty();
    }

    @Test
    void namesOfUsersComeWithTheirModules() throws Exception {
        Guest guest = Guest.withProgram()
                .file("/usr/bin/own", TinyElf.program("libown.so.1"), 0755)
                .file("/usr/lib64/libown.so.1", TinyElf.importing(List.of("getpwnam"), "libc.so.6"), 0644)
                .file("/usr/lib64/libnss_own.so.2", TinyElf.library(null), 0644)
                .file("/etc/nsswitch.conf", "passwd: files own")
                .file("/etc/passwd", "root:x:0:0::/root:/bin/sh");
        ExtractionResult result = guest.extract(config("/usr/bin/own", List.of(), List.of()), root);
        assertThat(snapshot(root)).containsKeys("etc/nsswitch.conf", "etc/passwd", "usr/lib64/libnss_own.so.2");
        assertThat(result.left()).isEmpty();
        assertThat(guest.events(BuildEvent.RuntimeFilesAdded.class))
                .singleElement()
                .satisfies(e -> {
                    assertThat(e.what()).isEqualTo("users, groups and hosts");
                    assertThat(e.files()).isEqualTo(3);
                });
    }

    @Test
    void whatFewUsesNeedIsTold() throws Exception {
        Guest guest = Guest.withProgram()
                .file("/usr/bin/own", TinyElf.program("libQt6Core.so.6"), 0755)
                .file("/usr/lib64/libQt6Core.so.6", TinyElf.library(null), 0644)
                .file("/usr/lib64/qt6/qml/a.qml", "qml");
        guest.extract(config("/usr/bin/own", List.of(), List.of()), root);
        assertThat(snapshot(root)).doesNotContainKey("usr/lib64/qt6");
        assertThat(guest.events(BuildEvent.RuntimeFilesLeft.class))
                .containsExactly(new BuildEvent.RuntimeFilesLeft(
                        "qt6-qml",
                        "QML modules and translations of Qt",
                        "/lib64/libQt6Core.so.6",
                        List.of("/usr/lib64/qt6/qml/"),
                        1,
                        3));
    }

    @Test
    void pluginsThatFewUsesNeedAreTakenOnRequest() throws Exception {
        Guest guest = Guest.withProgram()
                .file("/usr/bin/own", TinyElf.program("libQt6Core.so.6"), 0755)
                .file("/usr/lib64/libQt6Core.so.6", TinyElf.withTexts(TinyElf.library(null), "libz.so.1"), 0644)
                .file("/usr/lib64/qt6/plugins/libq.so", TinyElf.library(null), 0644)
                .file("/usr/lib64/qt6/qml/liba.so", TinyElf.library(null, "libdeep.so"), 0644)
                .file("/usr/lib64/libdeep.so", TinyElf.library(null), 0644);
        guest.extract(
                config("/usr/bin/own", List.of(), List.of()), with(RuntimeSource.RULES, RuntimeSource.PLUGINS), root);
        assertThat(snapshot(root))
                .containsKeys(
                        "usr/lib64/qt6/plugins/libq.so",
                        "usr/lib64/qt6/qml/liba.so",
                        "usr/lib64/libdeep.so",
                        // Named in a text, for dlopen.
                        "usr/lib64/libz.so.1");
        assertThat(guest.events(BuildEvent.RuntimeFilesLeft.class)).isEmpty();
    }

    @Test
    void withoutRulesOnlyTheClosureIsTaken() throws Exception {
        Guest guest = withPlugins().file("/app/run", "#!/usr/bin/node\n", 0755);
        guest.extract(config("/usr/bin/dot", List.of(), List.of("/app")), with(), root);
        assertThat(snapshot(root))
                .containsKeys("usr/bin/dot", "usr/lib64/libgvc.so.6", "app/run")
                .doesNotContainKeys("usr/lib64/graphviz", "usr/bin/node");
        assertThat(guest.events(BuildEvent.RuntimeFilesAdded.class)).isEmpty();
        assertThat(guest.events(BuildEvent.RuntimeFilesLeft.class)).isEmpty();
    }

    private static ExtractionOptions with(RuntimeSource... sources) {
        return ExtractionOptions.DEFAULTS.withClosure(ClosureOptions.DEFAULTS.withSources(Set.of(sources)));
    }

    @Test
    void packagesComeWithThoseThatTheyNeedButWithoutDocumentation() throws Exception {
        Guest guest = Guest.withProgram()
                .file("/usr/bin/own", TinyElf.program("libc.so.6"), 0755)
                .file("/etc/own.conf", "conf")
                .dir("/var/log/own", 0755)
                .file("/usr/share/own/data", "data")
                .file("/usr/share/doc/own/copyright", "doc")
                .file("/usr/share/man/man1/own.1", "man")
                .file("/usr/share/locale/de/LC_MESSAGES/own.mo", "de")
                .file("/usr/lib/libmail.so.1", TinyElf.library(null, "libz.so.1"), 0644)
                .file("/usr/bin/mawk", TinyElf.program("libc.so.6"), 0755)
                .file("/usr/bin/other", "other")
                .file("/var/lib/dpkg/info/own.list", """
                        /.
                        /usr
                        /usr/bin
                        /usr/bin/own
                        /etc/own.conf
                        /var/log/own
                        /usr/share/own/data
                        /usr/share/doc/own/copyright
                        /usr/share/man/man1/own.1
                        /usr/share/locale/de/LC_MESSAGES/own.mo
                        """)
                .file("/var/lib/dpkg/info/mail.list", "/usr/lib/libmail.so.1\n")
                .file("/var/lib/dpkg/info/mawk.list", "/usr/bin/mawk\n")
                .file("/var/lib/dpkg/info/other.list", "/usr/bin/other\n")
                .file(
                        "/var/lib/dpkg/status",
                        paragraph("own", "Depends: mail (>= 1), gone | none\n")
                                + paragraph("mail", "Pre-Depends: awk\n")
                                + paragraph("mawk", "Provides: awk (= 1)\n")
                                + paragraph("other", "Depends: own\n"));
        guest.extract(config("/usr/bin/own", List.of(), List.of()), with(RuntimeSource.PACKAGES), root);
        assertThat(snapshot(root))
                .containsKeys("etc/own.conf", "var/log/own", "usr/share/own/data", "usr/lib/libmail.so.1")
                .containsKeys("usr/lib64/libz.so.1", "usr/bin/mawk")
                .doesNotContainKeys("usr/share/doc", "usr/share/man", "usr/share/locale", "usr/bin/other");
        assertThat(guest.events(BuildEvent.RuntimeFilesAdded.class))
                .singleElement()
                .satisfies(e -> {
                    assertThat(e.what()).isEqualTo("packages mail, mawk, own");
                    assertThat(e.trigger()).isEqualTo("/usr/bin/own");
                });
        assertThat(guest.warnings()).isEmpty();
    }

    private static String paragraph(String name, String fields) {
        return "Package: " + name + "\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n" + fields + "\n";
    }

    @Test
    void aScriptInDirsBringsItsInterpreterUnlessItIsSomeoneElses() throws Exception {
        Guest guest = Guest.withProgram()
                .file("/usr/bin/tool", TinyElf.program("libc.so.6"), 0755)
                .file("/usr/bin/other", TinyElf.program("libc.so.6"), 0755)
                .file("/app/run", "#!/usr/bin/tool\n", 0755)
                .file("/app/plain", "#!/usr/bin/other\n", 0644)
                .file("/app/node_modules/x/test", "#!/usr/bin/other\n", 0755);
        guest.extract(config(null, List.of(), List.of("/app")), root);
        assertThat(snapshot(root))
                .containsKeys("usr/bin/tool", "usr/lib64/libc.so.6")
                .doesNotContainKey("usr/bin/other");
    }
}
