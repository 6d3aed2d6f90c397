// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.elf.ElfData.Stretch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ElfDataTest {
    private static final int READ = 4;
    private static final int WRITE = 2;
    private static final int EXECUTE = 1;

    @Test
    void codeThatIsApartFromConstantsHasNoTexts() throws Exception {
        assertThat(stretches(
                        segment(READ, 0, 0x200),
                        segment(READ | EXECUTE, 0x200, 0x300),
                        segment(READ, 0x500, 0x100),
                        segment(READ | WRITE, 0x600, 0x80)))
                .containsExactly(new Stretch(0, 0x200), new Stretch(0x500, 0x1000));
    }

    @Test
    void codeAmongConstantsMayHaveTexts() throws Exception {
        assertThat(stretches(segment(READ | EXECUTE, 0, 0x600), segment(READ | WRITE, 0x600, 0x80)))
                .containsExactly(new Stretch(0, 0x1000));
    }

    @Test
    void segmentsThatCannotBeHideNothing() throws Exception {
        assertThat(stretches(
                        segment(READ, 0, 0x200),
                        segment(READ | EXECUTE, 0x400, 0x100),
                        segment(READ | EXECUTE, 0x480, 0x10),
                        segment(READ | EXECUTE, 0x600, Long.MAX_VALUE),
                        segment(READ | EXECUTE, -8, 0x10),
                        segment(READ | EXECUTE, 0x600, -1),
                        segment(READ | EXECUTE, 0xF00, 0x101)))
                .containsExactly(new Stretch(0, 0x400), new Stretch(0x500, 0x1000));
    }

    @Test
    void whatIsNoElfFileMayHaveTextsEverywhere() throws Exception {
        assertThat(ElfData.of(new ByteContent(new byte[100]), "f")).containsExactly(new Stretch(0, 100));
        byte[] cut = file(segment(READ, 0, 0x200), segment(READ | EXECUTE, 0x200, 0x300))
                .array();
        assertThat(ElfData.of(new ByteContent(Arrays.copyOf(cut, 70)), "f")).containsExactly(new Stretch(0, 70));
    }

    private static long[] segment(int flags, long offset, long bytes) {
        return new long[] {flags, offset, bytes};
    }

    private static List<Stretch> stretches(long[]... segments) throws Exception {
        return ElfData.of(new ByteContent(file(segments).array()), "f");
    }

    private static ByteBuffer file(long[]... segments) {
        ByteBuffer file = ByteBuffer.allocate(0x1000).order(ByteOrder.LITTLE_ENDIAN);
        file.put(new byte[] {0x7F, 'E', 'L', 'F', 2, 1, 1});
        file.putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) segments.length);
        for (int i = 0; i < segments.length; i++) {
            int at = 64 + 56 * i;
            file.putInt(at, 1).putInt(at + 4, (int) segments[i][0]);
            file.putLong(at + 8, segments[i][1]).putLong(at + 32, segments[i][2]);
        }
        return file;
    }
}
