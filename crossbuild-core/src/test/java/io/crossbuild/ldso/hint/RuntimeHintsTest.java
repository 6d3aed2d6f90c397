// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso.hint;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.closure.ClosureRequest.NamedLibrary;
import io.crossbuild.closure.Hint;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.elf.ElfWriter;
import io.crossbuild.ldso.ClosureResolver;
import io.crossbuild.ldso.LoaderOptions;
import io.crossbuild.ldso.TestRoot;
import io.crossbuild.tree.FileTree;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuntimeHintsTest {
    private static final String LIB = "/lib/x86_64-linux-gnu/";
    private static final String LIBC = LIB + "libc.so.6";

    private static TestRoot root(String... libcVersions) {
        return TestRoot.debian()
                .program("/prog", "libc.so.6")
                .file(LIBC, ElfWriter.amd64().definesVersion("GLIBC_2.2.5").definesVersion(libcVersions));
    }

    private static byte[] with(ElfWriter elf, String... strings) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(elf.bytes());
        for (String s : strings) {
            out.writeBytes(("\1" + s + "\0").getBytes(StandardCharsets.US_ASCII));
        }
        return out.toByteArray();
    }

    private static List<Hint> hints(TestRoot root, HintGroup group) throws Exception {
        FileTree tree = root.tree();
        ClosureRequest request = new ClosureRequest("/prog", List.of(), List.of());
        Closure closure = new ClosureResolver(tree, LoaderOptions.defaults()).resolve(request);
        return RuntimeHints.find(tree, LoaderOptions.defaults(), request, closure, EnumSet.of(group));
    }

    private static List<String> libraries(List<Hint> hints) {
        return hints.stream()
                .flatMap(h -> h.libraries().stream())
                .map(NamedLibrary::name)
                .toList();
    }

    // Names of hosts and users

    @Test
    void theModulesOfNsswitchAreFoundWhereTheyExist() throws Exception {
        TestRoot root = root("GLIBC_2.34")
                .text(
                        "/etc/nsswitch.conf",
                        "# comment\npasswd: files systemd\nhosts: files mdns4_minimal [NOTFOUND=return] dns gone # end\n")
                .library(LIB + "libnss_mdns4_minimal.so.2")
                .library("/usr/lib/libnss_systemd.so.2")
                .library(LIB + "libnss_files.so.2")
                .text("/etc/hosts", "127.0.0.1 localhost\n");
        List<Hint> hints = hints(root, HintGroup.DNS);
        assertThat(hints)
                .filteredOn(h -> !h.libraries().isEmpty())
                .extracting(h -> h.priority() + " " + h.reason())
                .containsExactly(
                        "RECOMMENDED 'mdns4_minimal' for hosts in nsswitch.conf",
                        "SUGGESTED 'systemd' for passwd in nsswitch.conf");
        assertThat(hints).flatExtracting(Hint::files).containsExactly("/etc/nsswitch.conf", "/etc/hosts");
    }

    @Test
    void filesAndDnsWereModulesBefore234() throws Exception {
        TestRoot root = root().library(LIB + "libnss_files.so.2").library(LIB + "libnss_dns.so.2");
        assertThat(libraries(hints(root, HintGroup.DNS))).containsExactly("libnss_files.so.2", "libnss_dns.so.2");
        TestRoot newer = root("GLIBC_2.34").library(LIB + "libnss_files.so.2").library(LIB + "libnss_dns.so.2");
        assertThat(hints(newer, HintGroup.DNS)).isEmpty();
    }

    // Certificates

    @Test
    void opensslTellsItsDirectories() throws Exception {
        TestRoot root = TestRoot.debian()
                .program("/prog", "libc.so.6", "libcrypto.so.3")
                .library(LIBC)
                .file(
                        LIB + "libcrypto.so.3",
                        with(
                                ElfWriter.amd64(),
                                "OPENSSLDIR: \"/usr/lib/ssl\"",
                                "MODULESDIR: \"/usr/lib/ossl-modules\""))
                .link("/usr/lib/ssl/openssl.cnf", "/etc/ssl/openssl.cnf")
                .text("/etc/ssl/openssl.cnf", "")
                .text("/etc/ssl/certs/ca-certificates.crt", "")
                .library("/usr/lib/ossl-modules/legacy.so");
        List<Hint> hints = hints(root, HintGroup.TLS);
        assertThat(hints)
                .flatExtracting(Hint::files)
                .containsExactly("/etc/ssl/certs/ca-certificates.crt", "/usr/lib/ssl/openssl.cnf");
        assertThat(hints).flatExtracting(Hint::addons).containsExactly("/usr/lib/ossl-modules/legacy.so");
    }

    @Test
    void aProgramWithoutTlsNeedsNoCertificates() throws Exception {
        assertThat(hints(root().text("/etc/ssl/certs/ca-certificates.crt", ""), HintGroup.TLS))
                .isEmpty();
    }

    // Data

    @Test
    void localesZonesTerminalsAndCharacterSets() throws Exception {
        TestRoot root = TestRoot.debian()
                .program("/prog", "libc.so.6", "libtinfo.so.6")
                .file(LIBC, with(ElfWriter.amd64(), "/usr/lib/gconv", "/usr/none/gconv"))
                .file(LIB + "libtinfo.so.6", with(ElfWriter.amd64(), "/etc/terminfo:/lib/terminfo:/none/terminfo"))
                .text("/usr/lib/locale/C.utf8/LC_CTYPE", "")
                .text("/usr/share/zoneinfo/UTC", "")
                .link("/etc/localtime", "/usr/share/zoneinfo/UTC")
                .text("/lib/terminfo/x/xterm", "")
                .library("/usr/lib/gconv/SJIS.so")
                .text("/usr/lib/gconv/gconv-modules", "");
        assertThat(hints(root, HintGroup.LOCALE))
                .flatExtracting(Hint::directories)
                .containsExactly("/usr/lib/locale/C.utf8");
        assertThat(hints(root, HintGroup.TZ))
                .extracting(h -> h.files() + " " + h.directories())
                .containsExactly("[/etc/localtime] []", "[] [/usr/share/zoneinfo]");
        assertThat(hints(root, HintGroup.TERMINFO))
                .flatExtracting(Hint::directories)
                .containsExactly("/lib/terminfo");
        assertThat(hints(root, HintGroup.GCONV))
                .extracting(h -> h.directories() + " " + h.addons())
                .containsExactly("[/usr/lib/gconv] [/usr/lib/gconv/SJIS.so]");
    }

    @Test
    void muslHasNoLocalesNoModulesAndNoCharacterSets() throws Exception {
        TestRoot root = TestRoot.alpine()
                .file("/prog", ElfWriter.amd64().program(TestRoot.MUSL).needs("libc.musl-x86_64.so.1"))
                .text("/etc/nsswitch.conf", "hosts: files\n")
                .text("/etc/hosts", "")
                .text("/usr/lib/locale/C.utf8/LC_CTYPE", "");
        assertThat(hints(root, HintGroup.LOCALE)).isEmpty();
        assertThat(hints(root, HintGroup.GCONV)).isEmpty();
        assertThat(hints(root, HintGroup.DNS)).flatExtracting(Hint::files).containsExactly("/etc/hosts");
    }

    // Libraries opened by name

    @Test
    void declaredLibrariesComeWithTheirPriority() throws Exception {
        String note = """
                [{"soname":["libnone.so.9","libp11.so.3"],"feature":"p11","description":"Smart cards",
                  "priority":"suggested"},
                 {"soname":["liblz4.so.1"],"priority":"required"},
                 {"soname":["libbpf.so.1"]},
                 {"soname":["libc.so.6"]},
                 {"soname":["libgone.so.1"]}]
                """;
        TestRoot root = TestRoot.debian()
                .program("/prog", "libc.so.6", "libsystemd.so.0")
                .library(LIBC)
                .file(
                        LIB + "libsystemd.so.0",
                        ElfWriter.amd64().dlopenNote(note).runpath("/usr/lib/systemd"))
                .library("/usr/lib/systemd/libp11.so.3")
                .library(LIB + "liblz4.so.1")
                .library(LIB + "libbpf.so.1");
        assertThat(hints(root, HintGroup.DLOPEN))
                .extracting(h -> h.priority() + " " + h.libraries().get(0).name() + " " + h.reason())
                .containsExactly(
                        "SUGGESTED libp11.so.3 declared by /lib/x86_64-linux-gnu/libsystemd.so.0 for 'p11': Smart cards",
                        "REQUIRED liblz4.so.1 declared by /lib/x86_64-linux-gnu/libsystemd.so.0",
                        "RECOMMENDED libbpf.so.1 declared by /lib/x86_64-linux-gnu/libsystemd.so.0");
    }

    @Test
    void aNoteThatIsNotJsonIsIgnored() {
        assertThat(DlopenNote.parse("[{\"soname\":")).isEmpty();
        assertThat(DlopenNote.parse("7")).isEmpty();
        assertThat(DlopenNote.parse("[7,{\"soname\":\"text\"},{}]")).isEmpty();
    }

    @Test
    void theUnwinderOfGlibcAndNamesInTheTextAreReported() throws Exception {
        TestRoot root = TestRoot.debian()
                .file(
                        "/prog",
                        with(
                                ElfWriter.amd64().program(TestRoot.GLIBC).needs("libc.so.6"),
                                "libplug.so.1",
                                "libgone.so"))
                .library(LIBC)
                .library(LIB + "libgcc_s.so.1")
                .library(LIB + "libplug.so.1");
        assertThat(hints(root, HintGroup.DLOPEN))
                .extracting(h -> h.priority() + " " + h.libraries())
                .containsExactly(
                        "RECOMMENDED [NamedLibrary[name=libgcc_s.so.1, openedBy=" + LIBC + "]]",
                        "SUGGESTED [NamedLibrary[name=libplug.so.1, openedBy=/prog]]");
    }

    @Test
    void aHintThatIsTakenUpIsNotGivenAgain() throws Exception {
        FileTree tree = root().library(LIB + "libgcc_s.so.1").tree();
        ClosureResolver resolver = new ClosureResolver(tree, LoaderOptions.defaults());
        ClosureRequest request =
                new ClosureRequest("/prog", List.of(), List.of(new NamedLibrary("libgcc_s.so.1", LIBC)));
        Closure closure = resolver.resolve(request);
        assertThat(TestRoot.paths(closure)).contains(LIB + "libgcc_s.so.1");
        assertThat(RuntimeHints.find(tree, LoaderOptions.defaults(), request, closure, EnumSet.of(HintGroup.DLOPEN)))
                .isEmpty();
    }

    @Test
    void groupsHaveTheNamesOfTheConfiguration() {
        assertThat(HintGroup.of(" Dns ")).contains(HintGroup.DNS);
        assertThat(HintGroup.of("dsn")).isEmpty();
        assertThat(HintGroup.TERMINFO.text()).isEqualTo("terminfo");
    }

    @Test
    void everyGroupHasASourceOfItsOwn() {
        assertThat(HintGroup.values())
                .extracting(group -> RuntimeHints.source(group).getClass())
                .doesNotHaveDuplicates();
    }
}
