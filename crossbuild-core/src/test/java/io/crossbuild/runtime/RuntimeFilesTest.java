// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.closure.HintGroup;
import io.crossbuild.closure.OpenReason;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.extract.TinyElf;
import io.crossbuild.tree.FileAttributes;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.MemoryFileTree;
import io.crossbuild.tree.MemoryFileTreeBuilder;
import io.crossbuild.tree.TreePaths;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each kind of trigger, of pattern and of script; the rules are the built-in ones. */
class RuntimeFilesTest {
    private static final byte[] LIBRARY = TinyElf.library(null);

    private final MemoryFileTreeBuilder builder = MemoryFileTree.builder();
    private final Map<String, String> env = new TreeMap<>();
    private @Nullable MemoryFileTree built;

    private RuntimeFilesTest file(String path, byte[] content, int mode) throws Exception {
        builder.file(path, content, new FileAttributes(mode, 0, 0, Instant.EPOCH));
        return this;
    }

    private RuntimeFilesTest file(String path, String content) throws Exception {
        return file(path, content.getBytes(StandardCharsets.UTF_8), 0644);
    }

    private RuntimeFilesTest files(String... paths) throws Exception {
        for (String path : paths) {
            file(path, "x");
        }
        return this;
    }

    private RuntimeFilesTest program(String path) throws Exception {
        return file(path, TinyElf.program(), 0755);
    }

    private RuntimeFilesTest script(String path, String content) throws Exception {
        return file(path, content.getBytes(StandardCharsets.UTF_8), 0755);
    }

    private RuntimeFilesTest link(String path, String target) throws Exception {
        builder.symlink(path, target);
        return this;
    }

    private static OpenedFile opened(FileTree tree, String path) throws Exception {
        TreePaths.Found found = (TreePaths.Found) TreePaths.resolve(tree, path);
        return new OpenedFile(path, found.path(), found.links(), new OpenReason(null, path, SearchRule.PROGRAM, null));
    }

    private List<RuntimeDemand> demands(@Nullable String program, String... closure) throws Exception {
        if (built == null) {
            built = builder.build();
        }
        try (MemoryFileTree tree = built) {
            List<OpenedFile> files = new ArrayList<>();
            for (String path : closure) {
                files.add(opened(tree, path));
            }
            RuntimeFiles runtime = new RuntimeFiles(tree, env, program);
            List<RuntimeDemand> demands = runtime.next(files);
            assertThat(runtime.next(files)).as("asked again").isEmpty();
            return demands;
        }
    }

    private static List<String> paths(List<RuntimeDemand> demands) {
        return demands.stream()
                .filter(RuntimeDemand::required)
                .flatMap(d -> d.files().stream())
                .filter(f -> !f.found().node().isDirectory())
                .map(RuntimeFile::path)
                .sorted()
                .toList();
    }

    private static Optional<RuntimeDemand> demand(List<RuntimeDemand> demands, String rule) {
        return demands.stream().filter(d -> d.rule().equals(rule)).findFirst();
    }

    @Test
    void theHomeOfAnInterpreterComesWithWhatItsLinksLeadTo() throws Exception {
        String home = "/usr/lib/jvm/java-21";
        file(home + "/lib/libjli.so", LIBRARY, 0644)
                .files(home + "/lib/src.zip", home + "/lib/modules", home + "/lib/server/libjvm.so")
                .files(home + "/legal/java.base/LICENSE", home + "/jmods/java.base.jmod")
                .link(home + "/lib/jvm.cfg", "/etc/java-21/jvm-amd64.cfg")
                .files("/etc/java-21/jvm-amd64.cfg")
                .files("/etc/java-21/security/java.security", "/etc/java-21/security/policy/unlimited/a")
                .link(home + "/conf/security", "/etc/java-21/security")
                .link(home + "/conf/dead", "/etc/nothing");
        List<RuntimeDemand> demands = demands(null, home + "/lib/libjli.so");
        assertThat(paths(demands))
                .containsExactly(
                        home + "/conf/security/java.security",
                        home + "/conf/security/policy/unlimited/a",
                        home + "/lib/jvm.cfg",
                        home + "/lib/libjli.so",
                        home + "/lib/modules",
                        home + "/lib/server/libjvm.so");
        RuntimeDemand java = demand(demands, "java").orElseThrow();
        assertThat(java.what()).isEqualTo("Java's home");
        assertThat(java.roots()).containsExactly(home + "/conf/", home + "/lib/");
        assertThat(java.files())
                .filteredOn(f -> f.path().equals(home + "/conf/security/java.security"))
                .extracting(f -> f.found().path())
                .containsExactly("/etc/java-21/security/java.security");
    }

    @Test
    void starsOfATriggerChooseTheVersion() throws Exception {
        program("/usr/bin/python3.13")
                .link("/usr/bin/python3", "python3.13")
                .files("/usr/lib/python3.13/os.py", "/usr/lib/python3.13/test/test_os.py", "/usr/lib/python3.12/os.py")
                .files("/usr/lib/python3/dist-packages/yaml/tests/__init__.py")
                .files("/usr/local/lib/python3.13/dist-packages/own.py");
        assertThat(paths(demands("/usr/bin/python3", "/usr/bin/python3")))
                .containsExactly(
                        "/usr/lib/python3.13/os.py",
                        "/usr/lib/python3/dist-packages/yaml/tests/__init__.py",
                        "/usr/local/lib/python3.13/dist-packages/own.py");
    }

    @Test
    void aVirtualEnvironmentIsFoundByTheLinkThatLedToTheProgram() throws Exception {
        program("/usr/bin/python3.13")
                .link("/usr/bin/python3", "python3.13")
                .link("/root/venv/bin/python3", "/usr/bin/python3")
                .link("/root/venv/bin/python", "python3")
                .files("/root/venv/pyvenv.cfg", "/root/venv/lib/python3.13/site-packages/a.py")
                .files("/usr/lib/python3.13/os.py");
        assertThat(paths(demands(null, "/root/venv/bin/python")))
                .containsExactly(
                        "/root/venv/lib/python3.13/site-packages/a.py",
                        "/root/venv/pyvenv.cfg",
                        "/usr/lib/python3.13/os.py");
    }

    @Test
    void pluginsAreBesideALibrary() throws Exception {
        file("/usr/lib/x/libMagickCore-7.Q16.so.10.0.2", LIBRARY, 0644)
                .link("/usr/lib/x/libMagickCore-7.Q16.so.10", "libMagickCore-7.Q16.so.10.0.2")
                .files("/usr/lib/x/ImageMagick-7.1.1/modules-Q16/coders/png.so")
                .files("/usr/lib/x/ImageMagick-7.1.1/modules-Q16/coders/png.la", "/etc/ImageMagick-7/policy.xml");
        assertThat(paths(demands(null, "/usr/lib/x/libMagickCore-7.Q16.so.10")))
                .containsExactly(
                        "/etc/ImageMagick-7/policy.xml",
                        "/usr/lib/x/ImageMagick-7.1.1/modules-Q16/coders/png.la",
                        "/usr/lib/x/ImageMagick-7.1.1/modules-Q16/coders/png.so");
    }

    @Test
    void whatOnlySomeUsesNeedIsSuggested() throws Exception {
        file("/usr/lib/x/libQt6Core.so.6", LIBRARY, 0644)
                .files("/usr/lib/x/qt6/plugins/platforms/libqxcb.so", "/usr/lib/x/qt6/qml/a.qml");
        List<RuntimeDemand> demands = demands(null, "/usr/lib/x/libQt6Core.so.6");
        assertThat(paths(demands)).containsExactly("/usr/lib/x/qt6/plugins/platforms/libqxcb.so");
        assertThat(demands).filteredOn(d -> !d.required()).singleElement().satisfies(d -> {
            assertThat(d.roots()).containsExactly("/usr/lib/x/qt6/qml/");
            assertThat(d.files()).hasSize(2);
        });
    }

    @Test
    void importsOfAnObjectAskForFilesAndGroups() throws Exception {
        program("/bin/dash")
                .link("/bin/sh", "dash")
                .file("/usr/lib/liba.so", TinyElf.importing(List.of("malloc", "popen", "getpwnam")), 0644)
                .file("/usr/lib/libb.so", TinyElf.importing(List.of("filesystem", "getpwname")), 0644)
                .file("/usr/lib/libc.so.6", TinyElf.importing(List.of("popen")), 0644);
        List<RuntimeDemand> demands = demands(null, "/usr/lib/liba.so");
        assertThat(demand(demands, "shell").orElseThrow().trigger()).isEqualTo("/usr/lib/liba.so");
        assertThat(paths(demands)).containsExactly("/bin/sh");
        assertThat(demand(demands, "names").orElseThrow().groups()).containsExactly(HintGroup.DNS);
        assertThat(demands(null, "/usr/lib/libb.so", "/usr/lib/libc.so.6")).isEmpty();
    }

    @Test
    void pluginsThatALibraryFindsFromItsOwnPathAreTaken() throws Exception {
        file("/opt/acme/lib/libcore.so", TinyElf.importing(List.of("dladdr", "dlopen")), 0644)
                .files("/opt/acme/lib/plugins/answer.so");
        assertThat(paths(demands(null, "/opt/acme/lib/libcore.so"))).containsExactly("/opt/acme/lib/plugins/answer.so");
    }

    @Test
    void textsCountWhereAPathEnds() throws Exception {
        program("/bin/sh")
                .file("/a", TinyElf.withTexts(TinyElf.program(), "exec(\"/bin/sh\", ...)"), 0755)
                .file("/b", TinyElf.withTexts(TinyElf.program(), "/bin/shred /bin/sh.old"), 0755)
                .file("/c", "/bin/sh");
        assertThat(paths(demands(null, "/a"))).containsExactly("/bin/sh");
        assertThat(demands(null, "/b", "/c")).isEmpty();
    }

    @Test
    void aServerHasTheEmptyDirectoryOfItsPidFile() throws Exception {
        file("/a", TinyElf.withTexts(TinyElf.program(), "/run/a.pid"), 0755)
                .file("/b", TinyElf.withTexts(TinyElf.program(), "/runtime /usr/running"), 0755)
                .files("/run/other.pid");
        assertThat(demand(demands(null, "/a"), "run").orElseThrow().files())
                .extracting(RuntimeFile::path)
                .containsExactly("/run");
        assertThat(demands(null, "/b")).isEmpty();
    }

    @Test
    void namesOfCharacterSetsCountInAnObjectThatConverts() throws Exception {
        byte[] converts = TinyElf.withTexts(TinyElf.importing(List.of("iconv_open")), "SHIFT-JIS");
        file("/a", converts, 0755)
                .file("/b", TinyElf.withTexts(TinyElf.program(), "SHIFT-JIS"), 0755)
                .files("/usr/lib/x/gconv/SJIS.so", "/usr/lib/x/gconv/ISO8859-1.so", "/usr/lib/x/gconv/BIG5.so");
        assertThat(paths(demands(null, "/a")))
                .containsExactly("/usr/lib/x/gconv/ISO8859-1.so", "/usr/lib/x/gconv/SJIS.so");
        assertThat(demands(null, "/b")).isEmpty();
    }

    @Test
    void dataFilesNamedInAnObjectAreWholeTextsThatLeadToFilesBelowUsrShare() throws Exception {
        byte[] named = TinyElf.withTexts(
                TinyElf.library(null),
                "/usr/share/app/data.js",
                "/usr/share/app",
                "/usr/share/app/gone.js",
                "/usr/share/app/more.js:x",
                "/etc/app.conf",
                "x/usr/share/app/link.js");
        file("/lib/libapp.so", named, 0644)
                .files("/usr/share/app/data.js", "/usr/share/app/more.js", "/etc/app.conf")
                .link("/usr/share/app/link.js", "data.js");
        assertThat(paths(demands(null, "/lib/libapp.so")))
                .containsExactly("/usr/share/app/data.js", "/usr/share/app/link.js");
    }

    @Test
    void aTextOverTheEdgeOfTheWindowIsFound() throws Exception {
        byte[] name = "/usr/share/app/data.js\0".getBytes(StandardCharsets.US_ASCII);
        byte[] content = Arrays.copyOf(LIBRARY, 3 << 20);
        System.arraycopy(name, 0, content, (1 << 20) - 5, name.length);
        file("/lib/libapp.so", content, 0644).files("/usr/share/app/data.js");
        assertThat(paths(demands(null, "/lib/libapp.so"))).containsExactly("/usr/share/app/data.js");
    }

    @Test
    void theEnvironmentNamesATimeZoneAndALocale() throws Exception {
        files("/usr/share/zoneinfo/Europe/Berlin", "/usr/share/zoneinfo/Europe/Paris")
                .files("/usr/lib/locale/locale-archive", "/usr/lib/locale/C.utf8/LC_CTYPE", "/secret");
        env.put("TZ", ":Europe/Berlin");
        env.put("LC_ALL", "de_DE.UTF-8");
        assertThat(paths(demands(null)))
                .containsExactly("/usr/lib/locale/locale-archive", "/usr/share/zoneinfo/Europe/Berlin");
        env.put("LC_ALL", "C.UTF-8");
        env.put("TZ", "../../../secret");
        assertThat(paths(demands(null))).containsExactly("/usr/lib/locale/C.utf8/LC_CTYPE");
    }

    @Test
    void commandsOfAShellScriptAreThoseThatPathHas() throws Exception {
        for (String name : List.of("bash", "env", "jq", "sed", "awk", "dirname", "date", "cat", "echo", "python3.13")) {
            program("/usr/bin/" + name);
        }
        files("/usr/lib/python3.13/os.py").script("/usr/bin/tool", "#!/usr/bin/env python3.13\n");
        script("/root/entry", """
                #!/usr/bin/env bash
                # grep is only a comment
                greet() { echo hi; }
                here=$(dirname "$(readlink -f "$0")")
                LC_ALL=C /usr/bin/jq . <<< '{}' | sed 's/cat/dog/' && unknown || greet
                if ! awk 'BEGIN { system("date") }'; then exec tool; fi
                cat <<END
                date
                END
                """);
        List<RuntimeDemand> demands = demands("/root/entry");
        assertThat(demand(demands, "script").orElseThrow().roots())
                .containsExactlyInAnyOrder(
                        "/usr/bin/dirname",
                        "/usr/bin/jq",
                        "/usr/bin/sed",
                        "/usr/bin/awk",
                        "/usr/bin/tool",
                        "/usr/bin/cat");
        assertThat(demand(demands, "interpreters").orElseThrow().roots())
                .containsExactly("/usr/bin/env", "/usr/bin/python3.13");
    }

    @Test
    void scriptsAmongTheFilesBringTheirInterpreters() throws Exception {
        program("/usr/bin/perl").script("/app/a", "#!/usr/bin/perl -w\n").files("/app/b");
        try (MemoryFileTree tree = builder.build()) {
            RuntimeFiles runtime = new RuntimeFiles(tree, env, null);
            assertThat(paths(runtime.interpreters(Map.of(
                            "/app/a", TreePaths.find(tree, "/app/a").orElseThrow(),
                            "/app/b", TreePaths.find(tree, "/app/b").orElseThrow()))))
                    .containsExactly("/usr/bin/perl");
        }
    }

    @Test
    void aProgramBringsTheDataOfItsPackages() throws Exception {
        program("/usr/bin/own")
                .files("/usr/share/own/data", "/usr/share/doc/own/copyright", "/usr/lib/own/plugins/libone.so")
                .files("/usr/share/own-data/more", "/usr/share/other/data", "/usr/lib/x/libown.so.1")
                .file("/var/lib/dpkg/info/own.list", """
                        /.
                        /usr/bin/own
                        /usr/share/own
                        /usr/share/own/data
                        /usr/share/doc/own/copyright
                        /usr/lib/own/plugins/libone.so
                        /usr/lib/x/libown.so.1
                        """)
                .file("/var/lib/dpkg/info/own-data.list", "/usr/share/own-data/more\n")
                .file("/var/lib/dpkg/info/other.list", "/usr/share/other/data\n")
                .file("/var/lib/dpkg/status", """
                        Package: own
                        Status: install ok installed
                        Version: 1
                        Architecture: amd64
                        Depends: libc6 (>= 2), own-data (= 1) | none, other

                        Package: own-data
                        Source: own
                        Status: install ok installed
                        Version: 1
                        Architecture: all

                        Package: other
                        Status: install ok installed
                        Version: 1
                        Architecture: all
                        """);
        assertThat(paths(demands("/usr/bin/own", "/usr/bin/own")))
                .containsExactly("/usr/lib/own/plugins/libone.so", "/usr/share/own-data/more", "/usr/share/own/data");
    }

    @Test
    void aProgramBringsTheProgramsOfItsPackagesThatItNames() throws Exception {
        String installed = "Status: install ok installed\nVersion: 1\nArchitecture: amd64\n";
        byte[] flex = TinyElf.withTexts(
                TinyElf.importing(List.of("execvp"), "libc.so.6"), "/usr/bin/m4", "helper", "ls", "flex", "not-m4");
        file("/usr/bin/flex", flex, 0755)
                .link("/bin", "usr/bin")
                .program("/usr/bin/m4")
                .program("/usr/bin/helper")
                .program("/usr/bin/ls")
                .program("/usr/bin/unnamed")
                .files("/usr/share/flex-data/tables")
                .file("/var/lib/dpkg/info/flex.list", "/usr/bin/flex\n/usr/bin/helper\n/usr/bin/unnamed\n")
                .file("/var/lib/dpkg/info/m4.list", "/bin/m4\n")
                .file("/var/lib/dpkg/info/flex-data.list", "/usr/share/flex-data/tables\n")
                .file("/var/lib/dpkg/info/coreutils.list", "/usr/bin/ls\n")
                .file(
                        "/var/lib/dpkg/status",
                        "Package: flex\n" + installed + "Depends: m4, flex-data\n\nPackage: m4\n" + installed
                                + "\nPackage: flex-data\n" + installed + "\nPackage: coreutils\n" + installed);
        assertThat(paths(demands("/usr/bin/flex", "/usr/bin/flex")))
                .containsExactly("/usr/bin/helper", "/usr/bin/m4", "/usr/share/flex-data/tables");
    }

    @Test
    void aProgramThatStartsNoneMayNameThem() throws Exception {
        file("/usr/bin/which", TinyElf.withTexts(TinyElf.program(), "other"), 0755)
                .program("/usr/bin/other")
                .file("/var/lib/dpkg/info/which.list", "/usr/bin/which\n/usr/bin/other\n")
                .file(
                        "/var/lib/dpkg/status",
                        "Package: which\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n");
        assertThat(paths(demands("/usr/bin/which", "/usr/bin/which"))).isEmpty();
    }

    @Test
    void aRuleThatKnowsTheHomeSparesThePackage() throws Exception {
        program("/usr/bin/git")
                .files("/usr/lib/git-core/git-remote", "/usr/share/git-core/templates/x", "/usr/share/gitweb/index.cgi")
                .file("/var/lib/dpkg/info/git.list", "/usr/bin/git\n/usr/share/gitweb/index.cgi\n")
                .file(
                        "/var/lib/dpkg/status",
                        "Package: git\nStatus: install ok installed\nVersion: 1\nArchitecture: amd64\n");
        assertThat(paths(demands("/usr/bin/git", "/usr/bin/git")))
                .containsExactly("/usr/lib/git-core/git-remote", "/usr/share/git-core/templates/x");
    }

    @Test
    void aDirectoryOfTheSystemIsNotTakenAsAHome() throws Exception {
        file("/usr/lib/libjli.so", LIBRARY, 0644).files("/usr/lib/x", "/usr/conf/y", "/usr/release");
        assertThat(paths(demands(null, "/usr/lib/libjli.so"))).containsExactly("/usr/conf/y", "/usr/release");
    }

    @Test
    void aCompilerHasTheSystemsHeaders() throws Exception {
        program("/usr/bin/x86_64-linux-gnu-gcc-14")
                .files("/usr/include/stdio.h", "/usr/lib/gcc/x86_64-linux-gnu/14/crtbegin.o");
        assertThat(paths(demands(null, "/usr/bin/x86_64-linux-gnu-gcc-14")))
                .containsExactly("/usr/include/stdio.h", "/usr/lib/gcc/x86_64-linux-gnu/14/crtbegin.o");
    }

    @Test
    void aPatternDoesNotLeadOutOfTheTree() throws Exception {
        file("/lib/libjli.so", LIBRARY, 0644).files("/conf/a").link("/libexec", "/../../..");
        assertThat(paths(demands(null, "/lib/libjli.so"))).containsExactly("/conf/a");
    }

    @Test
    void thousandsOfLibrariesBesidePluginsCostOneSearch() throws Exception {
        for (int i = 0; i < 3_000; i++) {
            files("/opt/lib/plugins/" + i);
        }
        String[] libraries = new String[2_000];
        for (int i = 0; i < libraries.length; i++) {
            libraries[i] = "/opt/lib/lib" + i + ".so";
            file(libraries[i], TinyElf.importing(List.of("dladdr")), 0644);
        }
        long start = System.nanoTime();
        assertThat(demands(null, libraries)).hasSize(1);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aTextWithCountlessErrorsIsNoScript() throws Exception {
        program("/bin/sh").program("/usr/bin/jq");
        script("/entry", "#!/bin/sh\njq .\n" + "x=$( ' \n".repeat(100_000));
        long start = System.nanoTime();
        assertThat(demand(demands("/entry"), "script").orElseThrow().roots()).containsExactly("/usr/bin/jq");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
    }

    @Test
    void aLinkToAGeneralDirectoryOrInACircleIsNotFollowed() throws Exception {
        file("/usr/lib/x/libgvc.so.6", LIBRARY, 0644)
                .files("/usr/lib/x/graphviz/config6a", "/usr/share/huge")
                .link("/usr/lib/x/graphviz/up", "..")
                .link("/usr/lib/x/graphviz/self", ".")
                .link("/usr/lib/x/graphviz/share", "/usr/share");
        assertThat(paths(demands(null, "/usr/lib/x/libgvc.so.6")))
                .contains("/usr/lib/x/graphviz/config6a")
                .doesNotContain("/usr/lib/x/graphviz/share/huge", "/usr/lib/x/graphviz/self/config6a");
    }
}
