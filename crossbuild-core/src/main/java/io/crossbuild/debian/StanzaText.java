// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The texts of many stanzas, each with the field "Package" first, in large arrays: separate objects would take three
 * times the memory.
 */
final class StanzaText {
    private static final int CHUNK = 1 << 20;
    /** Debian 13 needs 32. */
    private static final int MAX_CHUNKS = 128;

    private final List<byte[]> chunks = new ArrayList<>();
    private int usedOfLast = CHUNK;
    private int[] starts = new int[1 << 12];
    private int[] lengths = new int[1 << 12];
    private int count;

    int count() {
        return count;
    }

    void add(byte[] stanza, int length, String source) throws MalformedInputException {
        if (length > CHUNK || chunks.size() >= MAX_CHUNKS) {
            throw new MalformedInputException(source, -1, "too large to be an index of packages");
        }
        if (usedOfLast + length > CHUNK) {
            chunks.add(new byte[CHUNK]);
            usedOfLast = 0;
        }
        System.arraycopy(stanza, 0, chunks.get(chunks.size() - 1), usedOfLast, length);
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, count * 2);
            lengths = Arrays.copyOf(lengths, count * 2);
        }
        starts[count] = (chunks.size() - 1) * CHUNK + usedOfLast;
        lengths[count] = length;
        count++;
        usedOfLast += length;
    }

    String stanza(int number) {
        return new String(
                chunks.get(starts[number] / CHUNK), starts[number] % CHUNK, lengths[number], StandardCharsets.UTF_8);
    }

    /** Only the package's name. */
    String name(int number) {
        byte[] chunk = chunks.get(starts[number] / CHUNK);
        int from = starts[number] % CHUNK + "Package: ".length();
        int to = from;
        while (chunk[to] != '\n') {
            to++;
        }
        return new String(chunk, from, to - from, StandardCharsets.UTF_8);
    }
}
