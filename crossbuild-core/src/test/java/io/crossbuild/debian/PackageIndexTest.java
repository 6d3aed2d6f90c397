// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackageIndexTest {
    private static final String DIGEST = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private static final String LIBC = """
            Package: libc6
            Source: glibc
            Version: 2.41-12
            Installed-Size: 13226
            Architecture: amd64
            Pre-Depends: libgcc-s1
            Depends: libidn2-0 (>= 2.0.5~),
             libx
            Conflicts: old
            Breaks: bad (<< 1)
            Provides: libc6-2.41, libc-any (= 2.41)
            Description: GNU C Library
             Version: 9.9
             .
             Long text.
            Multi-Arch: same
            Priority: optional
            Filename: pool/main/g/glibc/libc6_2.41-12_amd64.deb
            Size: 2846580
            MD5sum: 00
            SHA256: %s
            """.formatted(DIGEST);

    private static PackageIndex parse(String text) throws IOException, CrossbuildException {
        return PackageIndex.parse(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "Packages", Architecture.AMD64);
    }

    @Test
    void aStanzaIsReadWithAllItsFields() throws Exception {
        BinaryPackage libc = parse(LIBC).find("libc6").orElseThrow();
        assertThat(libc.version()).hasToString("2.41-12");
        assertThat(libc.architecture()).isEqualTo("amd64");
        assertThat(libc.needs())
                .map(Dependency::toString)
                .containsExactly("libgcc-s1", "libidn2-0 (>= 2.0.5~)", "libx");
        assertThat(libc.against()).map(PackageRelation::toString).containsExactly("old", "bad (<< 1)");
        assertThat(libc.provides())
                .containsExactly(
                        new BinaryPackage.Provided("libc6-2.41", null),
                        new BinaryPackage.Provided("libc-any", DebianVersion.parse("2.41")));
        assertThat(libc.multiArch()).isEqualTo(BinaryPackage.MultiArch.SAME);
        assertThat(libc.priority()).isEqualTo(BinaryPackage.Priority.OPTIONAL);
        assertThat(libc.essential()).isFalse();
        assertThat(libc.file()).isEqualTo("pool/main/g/glibc/libc6_2.41-12_amd64.deb");
        assertThat(libc.sizeBytes()).isEqualTo(2846580);
        assertThat(libc.installedBytes()).isEqualTo(13226L * 1024);
        assertThat(libc.digest().hex()).isEqualTo(DIGEST);
    }

    @Test
    void manyPackagesInAnyPiecesAreFound() throws Exception {
        InputStream text = new SequenceInputStream(Collections.enumeration(IntStream.range(0, 3000)
                .mapToObj(i -> (InputStream) new ByteArrayInputStream(
                        ("\n" + LIBC.replace("libc6", "lib" + i)).getBytes(StandardCharsets.UTF_8)))
                .toList()));
        PackageIndex index = PackageIndex.parse(text, "Packages", Architecture.AMD64);
        assertThat(index.size()).isEqualTo(3000);
        assertThat(index.find("lib0")).isPresent();
        assertThat(index.find("lib2999"))
                .hasValueSatisfying(p -> assertThat(p.name()).isEqualTo("lib2999"));
        assertThat(index.find("lib3000")).isEmpty();
        assertThat(index.providers("libc-any")).hasSize(3000);
        assertThat(index.providers("lib17-2.41")).map(BinaryPackage::name).containsExactly("lib17");
    }

    @Test
    void namesWithTheSameHashAreDistinguished() throws Exception {
        assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
        PackageIndex index = parse(LIBC.replace("libc6", "aaAa") + "\n" + LIBC.replace("libc6", "aaBB"));
        assertThat(index.find("aaAa"))
                .hasValueSatisfying(p -> assertThat(p.name()).isEqualTo("aaAa"));
        assertThat(index.find("aaBB"))
                .hasValueSatisfying(p -> assertThat(p.name()).isEqualTo("aaBB"));
        assertThat(index.versions("aaAa")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../etc/passwd",
                "/pool/x.deb",
                "pool/../x.deb",
                "pool//x.deb",
                "pool/./x.deb",
                "pool/x y.deb",
                "http://h/x.deb?x",
                "pool\\x.deb",
                "pool/x.deb/",
                "..",
                "pool/x#y"
            })
    void aFileNameThatIsNotAPlainPathIsRefused(String file) {
        assertThatThrownBy(() -> parse(LIBC.replaceAll("Filename: .*", "Filename: " + file.replace("\\", "\\\\")))
                        .find("libc6"))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("Packages");
    }

    @Test
    void aStanzaWithoutARequiredFieldIsRefusedWhenItIsRequested() throws Exception {
        for (String field : new String[] {"Version", "Architecture", "Filename", "Size", "SHA256"}) {
            PackageIndex index = parse(LIBC.replaceAll("(?m)^" + field + ": .*\n", ""));
            assertThatThrownBy(() -> index.find("libc6"))
                    .isInstanceOf(MalformedInputException.class)
                    .hasMessageContaining(field);
        }
    }

    @Test
    void brokenTextIsRefused() {
        assertThatThrownBy(() -> parse("no colon here\n")).isInstanceOf(MalformedInputException.class);
        assertThatThrownBy(() -> parse("Version: 1\n\n")).isInstanceOf(MalformedInputException.class);
        assertThatThrownBy(() -> parse("Package: a\nPackage: b\n")).isInstanceOf(MalformedInputException.class);
        assertThatThrownBy(() -> parse("Package: a\nDepends: " + "x".repeat(1 << 21)))
                .isInstanceOf(MalformedInputException.class);
        assertThatThrownBy(() -> parse("Package: a\nDepends: x\n" + " x\n".repeat(1 << 19)))
                .isInstanceOf(MalformedInputException.class);
    }

    @Test
    void mutantsGiveATypedErrorOrPackages() throws Exception {
        byte[] text = (LIBC + "\n" + LIBC.replace("libc6", "other")).getBytes(StandardCharsets.UTF_8);
        Random random = new Random(5);
        for (int i = 0; i < 600; i++) {
            byte[] mutant = text.clone();
            mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
            try {
                PackageIndex index =
                        PackageIndex.parse(new ByteArrayInputStream(mutant), "Packages", Architecture.AMD64);
                index.find("libc6");
                index.providers("libc-any");
                index.namesLike("libc7");
            } catch (MalformedInputException e) {
                assertThat(e.getMessage()).startsWith("Malformed");
            }
        }
    }
}
