// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import java.nio.ByteBuffer;

/**
 * crc16 of the kernel's lib/crc16.c (polynomial 0x8005, reversed), which group descriptors used before metadata_csum.
 */
final class Crc16 {
    static final int START = 0xFFFF;

    private static final int REVERSED_POLYNOMIAL = 0xA001;

    private Crc16() {}

    static int update(int state, ByteBuffer bytes, int offset, int length) {
        int crc = state;
        for (int i = offset; i < offset + length; i++) {
            crc ^= bytes.get(i) & 0xFF;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                crc = (crc & 1) != 0 ? (crc >>> 1) ^ REVERSED_POLYNOMIAL : crc >>> 1;
            }
        }
        return crc;
    }
}
