// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.zstd;

import io.crossbuild.error.MalformedInputException;
import java.util.Arrays;

/** What has been decompressed, of a size that is known. */
final class Output {
    private final byte[] bytes;
    private int at;

    Output(int size) {
        bytes = new byte[size];
    }

    void append(Source source, byte[] from, int start, int length) throws MalformedInputException {
        require(source, length);
        System.arraycopy(from, start, bytes, at, length);
        at += length;
    }

    /** Appends a byte so many times. */
    void fill(Source source, int value, int length) throws MalformedInputException {
        require(source, length);
        Arrays.fill(bytes, at, at + length, (byte) value);
        at += length;
    }

    /** Appends what stands so many bytes before the end; it may reach into what is appended. */
    void repeat(Source source, int distance, int length) throws MalformedInputException {
        require(source, length);
        if (distance > at) {
            throw source.malformed("a copy from " + distance + " bytes before (expected at most " + at + ")");
        }
        if (distance >= length) {
            System.arraycopy(bytes, at - distance, bytes, at, length);
        } else {
            for (int i = at; i < at + length; i++) {
                bytes[i] = bytes[i - distance];
            }
        }
        at += length;
    }

    private void require(Source source, int length) throws MalformedInputException {
        if (length > bytes.length - at) {
            throw source.malformed("more than " + bytes.length + " bytes decompressed (expected no more)");
        }
    }

    /** All bytes, which must be there now. */
    byte[] complete(Source source) throws MalformedInputException {
        if (at != bytes.length) {
            throw source.malformed(at + " bytes decompressed (expected " + bytes.length + ")");
        }
        return bytes;
    }
}
