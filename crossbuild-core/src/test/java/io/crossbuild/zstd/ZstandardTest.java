// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Frames here were made by zstd(1) 1.5.4; {@link ZstandardIT} asks the program itself. */
class ZstandardTest {
    /** The numbers from 1 to 400, each on a line, at level 19: all of Huffman's code, tables of sequences, a checksum. */
    private static final String NUMBERS =
            "KLUv/WTUBHUTAEpdpAkLoMUNZNtkT1XvHgKWAJYAlgAbcIft2qbt2Zbt2O42t7cNtgPYBTaBPWAL2AF2wSbYAxuAHcIVpvCEJRzhhhle"
                    + "GIRDXTXVU0sddWvWq0Ed6KKJHlrooEuTHg3oMNdM88wyx9yZ82YwB7lkkkcWOeTKlCcDOcQVUzyxxBE3ZrwYxKFXpz5devR29nXQAy9O"
                    + "fLjw4OXk44CHXZv2bNmxu7m3wQ7X9CzHnS/jHef4xsF4ALwAJ8AHcAE8AC/gBHyAA8BD2BU2hT1hS9gRdsNm2AsbhB1qV22qPbWldtRu"
                    + "bdZebVA70C7aRHtoC+2gXdqkPdqAdphds2n2zJbZMbuzOXuzwewgu2ST7JEtskN2ZVP2ZAPZIXbFptgTW2JH7MZm7MUGsUN3dVP3dEt3"
                    + "dLeb3esG3YG7uIl7uIU7uMtN7jEE+oAuoAfoBZ2gD3QAegi8AqfAJ3AJPAJv4Ax8gYPAQ/EqTsWnuBSP4i3O4isOigfiRZyID3EhHsRL"
                    + "nMRHHBAPw2s4DZ/hMjyGdziHbzgYHoSXcBI+wkV4CK9wCp9wIDwEr+AUfIJL8Aje4Ay+4CB4KK9yKp9yKY/ylrN85aA8kBc5kQ+5kAd5"
                    + "yUk+ckAexmucxmdcxiMDEIfQK3QKfUKX0CP0hs7QFzoIPVSv6lR9qkv1qN7qrL7qoHqgXtSJ+lAX6kG91El91AH1ML2m0/SZLtNjeqdz"
                    + "+qaD6UF6SSfpI12kh/RKp/RJB9JD9IpO0Se6RI/ojc7oiw6ih/Zqp/Zpl/Zobzvb1w7aA3uxE/uwC3uwl53sYwfsYb3WaX3WZT3Wu871"
                    + "rYP1AHqBHgA7oDgI";

    private static final byte[] FRAME = Base64.getDecoder().decode(NUMBERS);

    private static String numbers() {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i <= 400; i++) {
            text.append(i).append('\n');
        }
        return text.toString();
    }

    private static byte[] decompress(byte[] frame, int size) throws MalformedInputException {
        return Zstandard.decompress(frame, 0, frame.length, "frame", size);
    }

    @Test
    void aFrameGivesWhatWasCompressed() throws Exception {
        byte[] expected = numbers().getBytes(StandardCharsets.US_ASCII);
        assertThat(decompress(FRAME, expected.length)).isEqualTo(expected);
    }

    @Test
    void bytesAroundAFrameDoNotMatter() throws Exception {
        byte[] around = new byte[FRAME.length + 7];
        Arrays.fill(around, (byte) 0xFF);
        System.arraycopy(FRAME, 0, around, 3, FRAME.length);
        byte[] expected = numbers().getBytes(StandardCharsets.US_ASCII);
        assertThat(Zstandard.decompress(around, 3, around.length - 3, "frame", expected.length))
                .isEqualTo(expected);
    }

    @Test
    void anotherSizeIsAnError() {
        int size = numbers().length();
        assertThatThrownBy(() -> decompress(FRAME, size - 1))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("more than " + (size - 1) + " bytes");
        assertThatThrownBy(() -> decompress(FRAME, size + 1))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining(size + " bytes decompressed (expected " + (size + 1) + ")");
    }

    @Test
    void aWrongChecksumIsAnError() {
        byte[] wrong = FRAME.clone();
        wrong[wrong.length - 1] ^= 1;
        assertThatThrownBy(() -> decompress(wrong, numbers().length()))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("checksum");
    }

    @ParameterizedTest
    @CsvSource({
        "no magic, 00000000000000, no magic number",
        "a dictionary, 28b52ffd2101000001, a dictionary",
        "a reserved block, 28b52ffd200007000000, a block of type 3",
        "a large block, 28b52ffd2000FDFFFF, a block of 2097151 bytes",
        "the end, 28b52ffd2000, bytes are left",
        "a table of no block, 28b52ffd20001D0000030000, code of an earlier block"
    })
    void aMessageSaysWhatIsWrong(String what, String hex, String message) {
        byte[] frame = HexFormat.of().parseHex(hex.toLowerCase(Locale.ROOT));
        assertThatThrownBy(() -> decompress(frame, 10))
                .as(what)
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining(message);
    }

    @Test
    void noChangedFrameIsTakenForTheContent() {
        Random random = new Random(1);
        byte[] expected = numbers().getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = FRAME.clone();
            for (int n = random.nextInt(3); n >= 0; n--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            byte[] cut = random.nextInt(4) == 0 ? Arrays.copyOf(changed, random.nextInt(changed.length)) : changed;
            try {
                assertThat(decompress(cut, expected.length)).isEqualTo(expected);
            } catch (MalformedInputException e) {
                assertThat(e).hasMessageStartingWith("Malformed 'frame'");
            }
        }
    }
}
