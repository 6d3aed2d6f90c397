// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.block;

import java.nio.ByteBuffer;

/** Bytes that an image does not store. */
public final class Zeros {
    private Zeros() {}

    /** Fills a buffer up to its limit. */
    public static void fill(ByteBuffer target) {
        while (target.remaining() >= Long.BYTES) {
            target.putLong(0);
        }
        while (target.hasRemaining()) {
            target.put((byte) 0);
        }
    }
}
