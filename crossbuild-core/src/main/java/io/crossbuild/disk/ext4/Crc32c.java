// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * crc32c as the kernel computes it: it starts with any state and is not inverted at the end. The JDK's own, which uses
 * processor instructions, starts with all ones; four bytes bring it to any other state. It gets the checked bytes in as
 * few pieces as possible, since each piece costs more than its bytes.
 */
final class Crc32c {
    /** The state before the first byte. */
    static final int START = ~0;

    private static final int REVERSED_POLYNOMIAL = 0x82F63B78;

    private Crc32c() {}

    static int update(int state, ByteBuffer bytes, int offset, int length) {
        return of(bytesOf(wayTo(state)), bytes, offset, length);
    }

    /** The state after a range of bytes that follows other bytes. */
    static int of(byte[] before, ByteBuffer bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(before, 0, before.length);
        crc.update(bytes.array(), bytes.arrayOffset() + offset, length);
        return ~(int) crc.getValue();
    }

    /** Four bytes, as a little-endian number, after which the state is the given one: 32 steps of the division, backwards. */
    static int wayTo(int state) {
        int before = state;
        for (int i = 0; i < Integer.SIZE; i++) {
            before = before < 0 ? ((before ^ REVERSED_POLYNOMIAL) << 1) | 1 : before << 1;
        }
        return before ^ START;
    }

    /** 32-bit numbers as they are stored, little-endian. */
    static byte[] bytesOf(int... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int number : numbers) {
            bytes.putInt(number);
        }
        return bytes.array();
    }
}
