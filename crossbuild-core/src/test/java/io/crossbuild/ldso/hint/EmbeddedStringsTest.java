// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso.hint;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.elf.ElfData;
import io.crossbuild.io.BytePatterns;
import io.crossbuild.tree.FileAttributes;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.MemoryFileTree;
import io.crossbuild.tree.TreePaths;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class EmbeddedStringsTest {
    private static final BytePatterns PARTS = BytePatterns.of(".so", "gconv");

    private static List<String> scan(byte[] bytes) throws Exception {
        List<String> found = new ArrayList<>();
        try (MemoryFileTree tree = MemoryFileTree.builder()
                .file("/f", bytes, new FileAttributes(0644, 0, 0, Instant.EPOCH))
                .build()) {
            try (FileContent content = tree.open(TreePaths.find(tree, "/f").orElseThrow())) {
                EmbeddedStrings.scan(content, new ElfData.Stretch(0, bytes.length), PARTS, found::add);
            }
        }
        return found;
    }

    private static List<String> scan(String text) throws Exception {
        return scan(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void wholeTextsWithAPartInThemAreFound() throws Exception {
        assertThat(scan("\1\2liba.so\0other\0/usr/lib/gconv\0x.so.1.so\0"))
                .containsExactly("liba.so", "/usr/lib/gconv", "x.so.1.so");
    }

    @Test
    void aTextEndsWithAZeroAndIsNoShorterThanFour() throws Exception {
        assertThat(scan("liba.so\nlibb.so\u00e9\0.so\0libc.so")).isEmpty();
        assertThat(scan("a.so\0")).containsExactly("a.so");
        assertThat(scan("")).isEmpty();
    }

    @Test
    void textsAcrossTheEdgesOfTheWindowAreFoundOnceOrTwiceAndWhole() throws Exception {
        for (int start = (1 << 18) - 12; start <= (1 << 18) + 2; start++) {
            byte[] bytes = new byte[1 << 19];
            byte[] text = "libedge.so.1".getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(text, 0, bytes, start, text.length);
            assertThat(scan(bytes)).as("at %d", start).isNotEmpty().containsOnly("libedge.so.1");
        }
    }

    @Test
    void aTextOfMoreThan4096BytesIsNone() throws Exception {
        assertThat(scan("\0" + "x".repeat(4093) + ".so\0")).hasSize(1);
        assertThat(scan("\0" + "x".repeat(4094) + ".so\0")).isEmpty();
        assertThat(scan("\0" + ".so" + "x".repeat(4093) + "\0")).hasSize(1);
        assertThat(scan("\0" + ".so" + "x".repeat(4094) + "\0")).isEmpty();
        assertThat(scan("x.so".repeat(200_000) + "\0\0y.so\0")).containsExactly("y.so");
    }
}
