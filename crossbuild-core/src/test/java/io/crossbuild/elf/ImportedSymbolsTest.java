// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.extract.TinyElf;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImportedSymbolsTest {
    private static final byte[] IMPORTS = TinyElf.importing(List.of("popen", "getpwnam", "größe"), "libc.so.6");

    private static Set<String> imports(byte[] file) throws Exception {
        return ImportedSymbols.of(new ByteContent(file), "a.so");
    }

    @Test
    void namesOfUndefinedSymbolsAreFound() throws Exception {
        assertThat(imports(IMPORTS)).containsExactlyInAnyOrder("popen", "getpwnam", "größe");
        assertThat(imports(TinyElf.library(null, "libc.so.6"))).isEmpty();
    }

    @Test
    void aDefinedSymbolIsNotImported() throws Exception {
        byte[] file = IMPORTS.clone();
        int symbol = indexOf(file, entry(6));
        long table = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(symbol + 8);
        // The section index of the first symbol after the empty one.
        file[(int) table + 24 + 6] = 1;
        assertThat(imports(file)).containsExactlyInAnyOrder("getpwnam", "größe");
    }

    @Test
    void aFileWithoutADynamicSectionImportsNothing() throws Exception {
        assertThat(imports("no ELF file".getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(imports(Arrays.copyOf(IMPORTS, 64))).isEmpty();
        byte[] file = IMPORTS.clone();
        // DT_SYMTAB becomes DT_DEBUG.
        file[indexOf(file, entry(6))] = 21;
        assertThat(imports(file)).isEmpty();
    }

    @Test
    void aCutFileGivesWhatItHas() throws Exception {
        int end = new String(IMPORTS, StandardCharsets.ISO_8859_1).indexOf("getpwnam");
        assertThat(imports(Arrays.copyOf(IMPORTS, end))).isSubsetOf("popen");
    }

    @Test
    void noDamageTakesLongOrGivesAnythingButNames() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 3_000; i++) {
            byte[] file = IMPORTS.clone();
            for (int k = 0; k < 6; k++) {
                file[random.nextInt(file.length)] = (byte) random.nextInt(256);
            }
            assertThat(imports(file)).hasSizeLessThan(1_000);
        }
    }

    @Test
    void aTableThatClaimsCountlessSymbolsEndsWithTheFile() throws Exception {
        byte[] file = Arrays.copyOf(IMPORTS, IMPORTS.length + (1 << 20));
        int strings = indexOf(file, entry(5));
        // DT_STRTAB far away: the table of symbols seems to have no end.
        ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(strings + 8, Long.MAX_VALUE / 2);
        assertThat(imports(file)).isEmpty();
    }

    /** An entry of the dynamic section with a small tag, as it begins. */
    private static byte[] entry(int tag) {
        return new byte[] {(byte) tag, 0, 0, 0, 0, 0, 0, 0};
    }

    /** In the dynamic section, which begins after two program headers. */
    private static int indexOf(byte[] file, byte[] wanted) {
        for (int at = 64 + 2 * 56; at < file.length; at += 16) {
            if (Arrays.equals(file, at, at + 8, wanted, 0, 8)) {
                return at;
            }
        }
        throw new AssertionError("no such entry");
    }
}
