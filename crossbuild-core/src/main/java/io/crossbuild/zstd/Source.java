// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.zstd;

import io.crossbuild.error.MalformedInputException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Compressed bytes, read forward in whole bytes. Numbers have the lowest byte first. */
final class Source {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] bytes;
    private final String name;
    private final int end;
    private int at;

    private Source(byte[] bytes, String name, int at, int end) {
        this.bytes = bytes;
        this.name = name;
        this.at = at;
        this.end = end;
    }

    static Source of(byte[] all, int offset, int length, String name) {
        // Behind the end are zeros, so that eight bytes can be read from anywhere.
        return new Source(Arrays.copyOfRange(all, offset, offset + length + Long.BYTES), name, 0, length);
    }

    /** The next bytes as a source of their own; this one goes on behind them. */
    Source take(int length) throws MalformedInputException {
        int start = at;
        skip(length);
        return new Source(bytes, name, start, at);
    }

    int start() {
        return at;
    }

    int end() {
        return end;
    }

    int remaining() {
        return end - at;
    }

    /** Goes on behind the next bytes, and says where they are. */
    int skip(int length) throws MalformedInputException {
        if (length < 0 || length > remaining()) {
            throw malformed(remaining() + " bytes are left (expected " + length + ")");
        }
        int start = at;
        at += length;
        return start;
    }

    int u8() throws MalformedInputException {
        return bytes[skip(1)] & 0xFF;
    }

    /** A number of at most seven bytes. */
    long number(int length) throws MalformedInputException {
        return at(skip(length)) & ((1L << (8 * length)) - 1);
    }

    /** The eight bytes from a position that is not behind the end. */
    long at(int position) {
        return (long) LONG.get(bytes, position);
    }

    byte[] bytes() {
        return bytes;
    }

    MalformedInputException malformed(String problem) {
        return new MalformedInputException(name, at, problem);
    }
}
