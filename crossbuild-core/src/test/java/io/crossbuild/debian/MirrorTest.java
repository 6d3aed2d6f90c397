// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.ConfigException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MirrorTest {
    @TempDir
    Path root;

    @BeforeEach
    void makeDebianHost() throws Exception {
        write("etc/os-release", "NAME=\"Debian GNU/Linux\"\nID=debian\nID_LIKE=unix\n");
    }

    private void write(String name, String text) throws Exception {
        Path file = root.resolve(name);
        Files.createDirectories(root.resolve(name.substring(0, name.lastIndexOf('/'))));
        Files.writeString(file, text);
    }

    private Optional<String> first() {
        return HostAptSources.of(root).firstMirror().map(m -> m.root().toString());
    }

    @Test
    void oneLineSourcesAreReadPastWhatIsNotTheArchive() throws Exception {
        write("etc/apt/sources.list", """
                # deb http://commented.example/debian trixie main
                deb-src http://source.example/debian trixie main
                deb cdrom:[Debian]/ trixie main
                deb http://security.example/debian-security trixie-security main
                deb http://third.example/packages stable main
                deb http://third.example/debian ourproduct main
                deb http://updates.example/debian trixie-updates main
                deb http://contrib.example/debian trixie contrib
                deb [arch=amd64 signed-by=/a b.gpg] http://mirror.example/debian trixie main contrib # here
                deb http://later.example/debian trixie main
                """);
        assertThat(first()).contains("http://mirror.example/debian/");
    }

    @Test
    void deb822SourcesAreReadPastWhatIsNotTheArchive() throws Exception {
        write("etc/apt/sources.list.d/a.sources", """
                Types: deb
                URIs: http://vendor.example/debian
                Suites: vendor
                Components: main

                Types: deb
                Enabled: no
                URIs: http://disabled.example/debian
                Suites: trixie
                Components: main

                Types: deb deb-src
                # a comment
                URIs: http://security.example/debian-security https://mirror.example/pub/debian/
                Suites: trixie-updates
                 trixie
                Components: contrib main
                """);
        write("etc/apt/sources.list.d/z.list", "deb http://later.example/debian trixie main\n");
        write("etc/apt/sources.list.d/0.list.save", "deb http://saved.example/debian trixie main\n");
        assertThat(first()).contains("https://mirror.example/pub/debian/");
    }

    @Test
    void theSecurityArchiveOfTheHostIsFoundAndNoOther() throws Exception {
        write("etc/apt/sources.list", """
                deb http://mirror.example/debian trixie main
                deb http://third.example/debian-security ourproduct-security main
                deb http://contrib.example/debian-security trixie-security contrib
                deb http://mirror.example/debian trixie-security main
                deb http://security.example/debian-security trixie-security main
                """);
        assertThat(HostAptSources.of(root).firstSecurityMirror().map(Mirror::root))
                .contains(URI.create("http://security.example/debian-security/"));
        assertThat(first()).contains("http://mirror.example/debian/");
        write("etc/apt/sources.list", "deb http://mirror.example/debian trixie main\n");
        assertThat(HostAptSources.of(root).firstSecurityMirror()).isEmpty();
    }

    @Test
    void theSecurityArchiveIsBesideTheMirror() throws Exception {
        assertThat(Mirror.BUILT_IN.security().root()).hasToString("https://mirrors.kernel.org/debian-security/");
        assertThat(Mirror.of(URI.create("http://mirror.example:81/pub/apt"))
                        .security()
                        .root())
                .hasToString("http://mirror.example:81/pub/apt-security/");
    }

    @Test
    void anotherDistributionsSourcesDoNotCount() throws Exception {
        write("etc/apt/sources.list", "deb http://mirror.example/debian trixie main\n");
        assertThat(first()).isPresent();
        write("etc/os-release", "ID=ubuntu\nID_LIKE=debian\n");
        assertThat(first()).isEmpty();
        Files.delete(root.resolve("etc/os-release"));
        assertThat(first()).isEmpty();
        write("usr/lib/os-release", "ID=\"debian\"\n");
        assertThat(first()).isPresent();
    }

    @Test
    void aHostWithoutSourcesHasNone() {
        assertThat(first()).isEmpty();
    }

    @Test
    void brokenSourcesArePassedOver() throws Exception {
        write("etc/apt/sources.list", "deb\ndeb [\ndeb http://%zz/debian trixie main\n\0\n");
        write("etc/apt/sources.list.d/a.sources", "nonsense\n\nTypes: deb\nURIs:\n\nTypes: deb\nTypes: deb\n");
        assertThat(first()).isEmpty();
    }

    @Test
    void aGivenAddressWinsAndMayEndInASlashOrNot() throws Exception {
        assertThat(Mirror.choose(URI.create("http://mirror.example/debian")).root())
                .hasToString("http://mirror.example/debian/");
        assertThat(Mirror.of(URI.create("https://mirror.example/debian/")).root())
                .hasToString("https://mirror.example/debian/");
    }

    @Test
    void aHostWithoutSourcesOfItsOwnGetsMirrorsOnSeveralSites() throws Exception {
        List<Mirror> builtIn = Mirrors.choose(null, root).inOrder();
        assertThat(builtIn).startsWith(Mirror.BUILT_IN).hasSizeGreaterThan(1);
        assertThat(builtIn.stream().map(m -> m.root().getHost())).doesNotHaveDuplicates();
        write("etc/apt/sources.list", "deb http://mirror.example/debian trixie main\n");
        assertThat(Mirrors.choose(null, root).inOrder())
                .containsExactly(Mirror.of(URI.create("http://mirror.example/debian")));
    }

    @Test
    void aGivenMirrorIsTheOnlyOneAndTheFirstThatAnsweredComesFirst() throws Exception {
        assertThat(Mirrors.choose(URI.create("https://mirrors.kernel.org/debian"))
                        .inOrder())
                .containsExactly(Mirror.BUILT_IN);
        Mirror other = Mirror.of(URI.create("http://mirror.example/debian"));
        Mirrors two = Mirrors.of(List.of(Mirror.BUILT_IN, other));
        two.answered(other);
        assertThat(two.inOrder()).containsExactly(other, Mirror.BUILT_IN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"ftp://h/debian", "debian", "http:///debian", "http://h/debian?x", "http://h/#x", "file:/srv"})
    void anAddressThatIsNotAMirrorIsRefused(String address) {
        assertThatThrownBy(() -> Mirror.of(URI.create(address)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("expected an http or https address");
    }

    @Test
    void aPasswordInTheAddressIsNotRepeated() {
        assertThatThrownBy(() -> Mirror.of(URI.create("http://anna:secret@mirror.example/debian")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("mirror.example")
                .hasMessageNotContaining("secret");
    }

    @Test
    void pathsAreEscapedAndStayBelowTheRoot() throws Exception {
        Mirror mirror = Mirror.of(URI.create("http://mirror.example/debian"));
        assertThat(mirror.resolve("pool/main/g/g++/a_1%3a2+b~c.deb"))
                .hasToString("http://mirror.example/debian/pool/main/g/g++/a_1%253a2+b~c.deb");
        assertThat(mirror.resolve("pool/a:b.deb")).hasToString("http://mirror.example/debian/pool/a:b.deb");
        assertThat(mirror.resolve("x:y.deb")).hasToString("http://mirror.example/debian/x:y.deb");
    }
}
