// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
    @TempDir
    private Path directory;

    @Test
    void whatIsWrittenIsReadAgain() throws Exception {
        List<ManifestEntry> entries = new ArrayList<>();
        for (String name :
                List.of("plain", "a\"b\\c", "\1\t\n\u007f", "ä€", "\uD83D\uDE00", "{}[],:", "not UTF-8 \uDCFF")) {
            entries.add(entry(name, "requester of " + name));
            entries.add(entry("x" + name, null));
        }
        assertThat(written(new Manifest(entries, "1234"))).isEqualTo(new Manifest(entries, "1234"));
        assertThat(written(Manifest.EMPTY)).isEqualTo(Manifest.EMPTY);
    }

    @Test
    void eachFileHasALine() throws Exception {
        ManifestEntry plain = entry("a", null);
        String text =
                "{\"path\":\"a\",\"type\":\"file\",\"guest\":\"/a\",\"existing\":true,\"size\":7,\"sha256\":\"00\","
                        + "\"mode\":\"0644\",\"modified\":\"1970-01-01T00:00:00Z\","
                        + "\"reason\":{\"name\":\"a\",\"rule\":\"Files\"},"
                        + "\"owner\":{\"package\":\"p\",\"version\":\"1\",\"architecture\":\"all\"}}";
        Path file = directory.resolve("manifest");
        new Manifest(List.of(plain, plain), null).write(file);
        assertThat(file).hasContent("{\"version\":1,\"files\":[\n" + text + "\n," + text + "\n]}\n");
    }

    @Test
    void manyFilesAreWrittenInPieces() throws Exception {
        List<ManifestEntry> entries = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            entries.add(entry(i % 900 == 0 ? "ö" + i : "f" + i, null));
        }
        assertThat(written(new Manifest(entries, null)).files()).isEqualTo(entries);
    }

    private Manifest written(Manifest manifest) throws Exception {
        Path file = directory.resolve("manifest");
        manifest.write(file);
        assertThat(Files.readString(file)).endsWith("\n]}\n");
        return Manifest.read(file);
    }

    private static ManifestEntry entry(String name, @Nullable String requester) {
        return new ManifestEntry(
                name,
                ManifestEntry.Type.file,
                "/" + name,
                true,
                7L,
                "00",
                null,
                "0644",
                "1970-01-01T00:00:00Z",
                null,
                null,
                new ManifestEntry.Reason(requester, name, "Files"),
                new ManifestEntry.Owner("p", "1", "all"));
    }
}
