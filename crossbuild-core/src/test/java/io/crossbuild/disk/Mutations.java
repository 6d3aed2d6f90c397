// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk;

import static org.assertj.core.api.Assertions.fail;

import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;

/** Damages bytes at random positions, runs a reader on each result, and undoes the damage. */
public final class Mutations {
    private static final long[] BOUNDARIES = {
        0,
        1,
        -1,
        0x7F,
        0x80,
        0xFF,
        0x7FFF,
        0x8000,
        0xFFFF,
        0x7FFFFFFFL,
        0x80000000L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        2,
        12
    };

    private Mutations() {}

    /** Reads everything. */
    public interface Reader {
        void read() throws IOException, CrossbuildException;
    }

    /**
     * Damages bytes and runs a reader, repeatedly.
     *
     * @param from the first byte that may be damaged
     * @param to the byte after the last one
     * @return how often the reader found the damage
     */
    public static int run(byte[] bytes, int from, int to, int count, Duration longest, Random random, Reader reader) {
        byte[] original = bytes.clone();
        int refused = 0;
        for (int i = 0; i < count; i++) {
            StringBuilder damage = new StringBuilder();
            int places = 1 + random.nextInt(4);
            int[] at = new int[places];
            for (int j = 0; j < places; j++) {
                at[j] = place(original, from, to - Long.BYTES, random);
                damage(bytes, at[j], random);
                damage.append(' ').append(at[j]);
            }
            Instant start = Instant.now();
            try {
                reader.read();
            } catch (IOException | CrossbuildException e) {
                refused++;
            } catch (RuntimeException | Error e) {
                fail("mutant " + i + " at" + damage, e);
            }
            Duration took = Duration.between(start, Instant.now());
            if (took.compareTo(longest) > 0) {
                fail("mutant " + i + " at" + damage + " took " + took);
            }
            for (int j = 0; j < places; j++) {
                // A damaged number may start up to three bytes before the position.
                System.arraycopy(original, at[j] & ~3, bytes, at[j] & ~3, Long.BYTES);
            }
        }
        return refused;
    }

    /** Most of an image is empty: prefers other parts. */
    private static int place(byte[] bytes, int from, int to, Random random) {
        int place = from + random.nextInt(to - from);
        for (int i = 0; i < 20 && bytes[place] == 0; i++) {
            place = from + random.nextInt(to - from);
        }
        return place;
    }

    private static void damage(byte[] bytes, int at, Random random) {
        ByteBuffer buffer =
                ByteBuffer.wrap(bytes).order(random.nextBoolean() ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        long boundary = BOUNDARIES[random.nextInt(BOUNDARIES.length)];
        switch (random.nextInt(6)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt(256);
            case 2 -> bytes[at] += (byte) (random.nextBoolean() ? 1 : -1);
            case 3 -> buffer.putShort(at & ~1, (short) boundary);
            case 4 -> buffer.putInt(at & ~3, (int) boundary);
            default -> System.arraycopy(bytes, random.nextInt(bytes.length - 8), bytes, at, 4);
        }
    }
}
