// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileAttributes;
import io.crossbuild.tree.FileType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DebFileTest {
    private static final Instant MODIFIED = Instant.ofEpochSecond(1_700_000_000);

    @TempDir
    Path dir;

    private Path write(byte[] deb) throws IOException {
        return Files.write(dir.resolve("a.deb"), deb);
    }

    private static List<DebEntry> entries(Path deb) throws IOException, CrossbuildException {
        List<DebEntry> entries = new ArrayList<>();
        DebFile.open(deb).forEachFile((entry, content) -> entries.add(entry));
        return entries;
    }

    private void refused(byte[] deb, String... says) {
        assertThatThrownBy(() -> entries(write(deb)))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("a.deb")
                .satisfies(
                        e -> assertThat(says).allSatisfy(part -> assertThat(e).hasMessageContaining(part)));
    }

    @ParameterizedTest
    @ValueSource(strings = {".xz", ".gz", ""})
    void everyPackingGivesTheSameFiles(String packing) throws Exception {
        String longName = "usr/share/" + "a-long-directory-name/".repeat(12) + "file";
        Path deb = write(DebBuilder.of("demo")
                .packedAs(packing)
                .controlFile("postinst", "#!/bin/sh\n")
                .controlFile("conffiles", "/etc/demo.conf\n")
                .directory("./", 0755)
                .directory("./usr/", 0755)
                .file("./usr/bin/demo", new byte[] {1, 2, 3}, 04755)
                .symlink("./usr/bin/alias", "/etc/alternatives/demo")
                .hardLink("./usr/bin/twin", "./usr/bin/demo")
                .file("./" + longName, "long")
                .entry("./dev/null", TarConstants.LF_CHR, 0666, "", new byte[0])
                .build());
        DebFile file = DebFile.open(deb);
        assertThat(file.control().require("package")).isEqualTo("demo");
        assertThat(file.controlFileNames()).containsExactly("conffiles", "control", "postinst");
        assertThat(file.controlFile("postinst")).hasValue("#!/bin/sh\n".getBytes(StandardCharsets.UTF_8));
        assertThat(file.controlFile("prerm")).isEmpty();
        List<DebEntry> found = new ArrayList<>();
        ByteArrayOutputStream contents = new ByteArrayOutputStream();
        file.forEachFile((entry, content) -> {
            found.add(entry);
            content.transferTo(contents);
        });
        FileAttributes plain = new FileAttributes(0755, 0, 0, MODIFIED);
        assertThat(found)
                .containsExactly(
                        new DebEntry("/", FileType.DIRECTORY, plain, 0, "", false),
                        new DebEntry("/usr", FileType.DIRECTORY, plain, 0, "", false),
                        new DebEntry(
                                "/usr/bin/demo",
                                FileType.REGULAR,
                                new FileAttributes(04755, 0, 0, MODIFIED),
                                3,
                                "",
                                false),
                        new DebEntry(
                                "/usr/bin/alias",
                                FileType.SYMLINK,
                                new FileAttributes(0777, 0, 0, MODIFIED),
                                0,
                                "/etc/alternatives/demo",
                                false),
                        new DebEntry(
                                "/usr/bin/twin",
                                FileType.REGULAR,
                                new FileAttributes(0644, 0, 0, MODIFIED),
                                0,
                                "/usr/bin/demo",
                                true),
                        new DebEntry(
                                "/" + longName,
                                FileType.REGULAR,
                                new FileAttributes(0644, 0, 0, MODIFIED),
                                4,
                                "",
                                false),
                        new DebEntry(
                                "/dev/null",
                                FileType.CHARACTER_DEVICE,
                                new FileAttributes(0666, 0, 0, MODIFIED),
                                0,
                                "",
                                false));
        assertThat(contents.toByteArray()).isEqualTo(new byte[] {1, 2, 3, 'l', 'o', 'n', 'g'});
    }

    @Test
    void contentThatIsNotReadIsPassedOver() throws Exception {
        Path deb = write(DebBuilder.of("demo")
                .file("./big", new byte[100_000], 0644)
                .file("./small", "x")
                .build());
        assertThat(entries(deb)).extracting(DebEntry::path).containsExactly("/big", "/small");
    }

    @Test
    void aNameThatIsNoUtf8KeepsItsBytes() throws Exception {
        // The builder writes each character as one byte, so these are the bytes of "é" in UTF-8 and one in Latin-1.
        Path deb = write(DebBuilder.of("demo")
                .file("./\u00c3\u00a9", "utf-8")
                .file("./\u00e9", "latin-1")
                .build());
        assertThat(entries(deb)).extracting(DebEntry::path).containsExactly("/\u00e9", "/\udce9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "./a/../../evil", "/etc/passwd", "./a/..", "//x"})
    void namesThatLeadElsewhereAreRefused(String name) throws Exception {
        refused(DebBuilder.of("demo").file(name, "x").build(), "name");
        refused(DebBuilder.of("demo").symlink(name, "x").build(), "name");
        refused(DebBuilder.of("demo").file("./a", "x").hardLink("./b", name).build(), "name");
    }

    @Test
    void aMemberInTheWrongPlaceIsRefused() throws Exception {
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
        members.put("data.tar", new byte[1024]);
        members.put("control.tar", new byte[1024]);
        refused(DebBuilder.ar(members), "member 'data.tar' (expected 'control.tar')");
        members.remove("data.tar");
        members.put("control.tar", new byte[1024]);
        refused(DebBuilder.ar(members), "no file 'control'");
        members.remove("debian-binary");
        refused(DebBuilder.ar(members), "debian-binary");
        refused(DebBuilder.ar(Map.of("debian-binary", "3.0\n".getBytes(StandardCharsets.US_ASCII))), "format '3.0'");
        refused(DebBuilder.ar(Map.of("debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII))), "no more members");
        refused(new byte[0], "header");
        refused("not a package".getBytes(StandardCharsets.US_ASCII), "Invalid header");
    }

    @Test
    void anotherPackingIsNamed() throws Exception {
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
        members.put("control.tar.zst", new byte[100]);
        refused(DebBuilder.ar(members), "'.zst' (expected .xz, .gz or none)");
    }

    @ParameterizedTest
    @ValueSource(strings = {".xz", ".gz", ""})
    void everyTruncationIsNoticed(String packing) throws Exception {
        byte[] deb = DebBuilder.of("demo")
                .packedAs(packing)
                .file("./f", new byte[3000], 0644)
                .build();
        for (int length = 0; length < deb.length - 1; length += 1 + length / 20) {
            refused(Arrays.copyOf(deb, length));
        }
    }

    @Test
    void aDiskFailureIsNotAMalformedPackage() {
        assertThatThrownBy(() -> DebFile.open(dir.resolve("missing"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> entries(dir)).isInstanceOf(IOException.class);
    }

    @Test
    void theVisitorsOwnFailuresComeThrough() throws Exception {
        DebFile deb = DebFile.open(write(DebBuilder.of("demo").file("./f", "x").build()));
        IOException own = new IOException("disk full");
        assertThatThrownBy(() -> deb.forEachFile((entry, content) -> {
                    throw own;
                }))
                .isSameAs(own);
    }

    @ParameterizedTest
    @ValueSource(strings = {".xz", ".gz", ""})
    void mutantsGiveATypedErrorOrFiles(String packing) throws Exception {
        byte[] deb = DebBuilder.mixed().packedAs(packing).build();
        Random random = new Random(packing.hashCode());
        int whole = 0;
        for (int i = 0; i < 150; i++) {
            byte[] mutant = deb.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                int at = random.nextInt(mutant.length);
                mutant[at] = random.nextBoolean()
                        ? (byte) random.nextInt(256)
                        : (byte) (mutant[at] ^ 1 << random.nextInt(8));
            }
            try {
                whole += entries(write(mutant)).size();
            } catch (MalformedInputException e) {
                assertThat(e.getMessage()).contains("a.deb");
            }
        }
        assertThat(whole).isPositive();
    }

    @Test
    void aHeaderThatAnnouncesMoreThanThereIsTakesNoMemory() throws Exception {
        // A GNU long name of 7 GB: the reader must not collect it.
        byte[] header = new byte[512];
        byte[] name = "././@LongLink".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(name, 0, header, 0, name.length);
        System.arraycopy("0000644\0".getBytes(StandardCharsets.US_ASCII), 0, header, 100, 8);
        System.arraycopy("0000000\0".getBytes(StandardCharsets.US_ASCII), 0, header, 108, 8);
        System.arraycopy("0000000\0".getBytes(StandardCharsets.US_ASCII), 0, header, 116, 8);
        System.arraycopy("70000000000\0".getBytes(StandardCharsets.US_ASCII), 0, header, 124, 12);
        System.arraycopy("00000000000\0".getBytes(StandardCharsets.US_ASCII), 0, header, 136, 12);
        Arrays.fill(header, 148, 156, (byte) ' ');
        header[156] = 'L';
        System.arraycopy("ustar  \0".getBytes(StandardCharsets.US_ASCII), 0, header, 257, 8);
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xFF;
        }
        System.arraycopy(String.format("%06o\0 ", sum).getBytes(StandardCharsets.US_ASCII), 0, header, 148, 8);
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        tar.write(header);
        tar.write(new byte[4 << 20]);
        Map<String, byte[]> members = new LinkedHashMap<>();
        members.put("debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
        members.put("control.tar.xz", DebBuilder.pack(tar.toByteArray(), ".xz"));
        refused(DebBuilder.ar(members), "header is longer than allowed");
    }
}
