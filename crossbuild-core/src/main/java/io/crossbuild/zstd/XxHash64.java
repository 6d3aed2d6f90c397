// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.zstd;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The digest of a frame's content: XXH64 with seed 0 (doc/xxhash_spec.md of xxHash). */
final class XxHash64 {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long P1 = 0x9E3779B185EBCA87L;
    private static final long P2 = 0xC2B2AE3D27D4EB4FL;
    private static final long P3 = 0x165667B19E3779F9L;
    private static final long P4 = 0x85EBCA77C2B2AE63L;
    private static final long P5 = 0x27D4EB2F165667C5L;

    private XxHash64() {}

    static long of(byte[] bytes) {
        int at = 0;
        long hash = P5;
        if (bytes.length >= 32) {
            // P1 + P2, P2, 0 and -P1.
            long[] lanes = {0x60EA27EEADC0B5D6L, P2, 0, 0x61C8864E7A143579L};
            for (; at <= bytes.length - 32; at += 32) {
                for (int i = 0; i < 4; i++) {
                    lanes[i] = round(lanes[i], (long) LONG.get(bytes, at + 8 * i));
                }
            }
            hash = Long.rotateLeft(lanes[0], 1)
                    + Long.rotateLeft(lanes[1], 7)
                    + Long.rotateLeft(lanes[2], 12)
                    + Long.rotateLeft(lanes[3], 18);
            for (long lane : lanes) {
                hash = (hash ^ round(0, lane)) * P1 + P4;
            }
        }
        return avalanche(rest(hash + bytes.length, bytes, at));
    }

    private static long rest(long start, byte[] bytes, int from) {
        long hash = start;
        int at = from;
        for (; at <= bytes.length - 8; at += 8) {
            hash = Long.rotateLeft(hash ^ round(0, (long) LONG.get(bytes, at)), 27) * P1 + P4;
        }
        if (at <= bytes.length - 4) {
            hash = Long.rotateLeft(hash ^ Integer.toUnsignedLong((int) INT.get(bytes, at)) * P1, 23) * P2 + P3;
            at += 4;
        }
        for (; at < bytes.length; at++) {
            hash = Long.rotateLeft(hash ^ (bytes[at] & 0xFF) * P5, 11) * P1;
        }
        return hash;
    }

    private static long round(long lane, long input) {
        return Long.rotateLeft(lane + input * P2, 31) * P1;
    }

    private static long avalanche(long start) {
        long hash = start;
        hash = (hash ^ hash >>> 33) * P2;
        hash = (hash ^ hash >>> 29) * P3;
        return hash ^ hash >>> 32;
    }
}
