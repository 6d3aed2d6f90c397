// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * crc32c as the kernel computes it: begun with any state and not inverted at the end. The JDK's, which the processor has
 * instructions for, begins with all ones; four bytes bring it to any other state.
 */
final class Crc32c {
    /** The state before the first byte. */
    static final int START = ~0;

    private static final int REVERSED_POLYNOMIAL = 0x82F63B78;

    private Crc32c() {}

    static int update(int state, ByteBuffer bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytesThatLeadTo(state));
        crc.update(bytes.slice(offset, length));
        return ~(int) crc.getValue();
    }

    /** Continues with a 32-bit little-endian number. */
    static int update(int state, int number) {
        return update(state, ByteBuffer.wrap(littleEndian(number)), 0, Integer.BYTES);
    }

    /** Four bytes after which the state is the given one: 32 steps of the division, backwards. */
    private static byte[] bytesThatLeadTo(int state) {
        int before = state;
        for (int i = 0; i < Integer.SIZE; i++) {
            before = before < 0 ? ((before ^ REVERSED_POLYNOMIAL) << 1) | 1 : before << 1;
        }
        return littleEndian(before ^ START);
    }

    private static byte[] littleEndian(int number) {
        return new byte[] {(byte) number, (byte) (number >> 8), (byte) (number >> 16), (byte) (number >> 24)};
    }
}
