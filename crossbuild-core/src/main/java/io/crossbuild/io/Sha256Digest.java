// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A SHA-256 digest in the making. Not safe for use by several threads. */
public final class Sha256Digest {
    private static final int BLOCK_BYTES = 64;
    /** HotSpot's Tier4InvocationThreshold is 5000, and grows when the compiler's queue is full. */
    private static final int CALLS_UNTIL_COMPILED = 20_000;

    private final MessageDigest digest;

    public Sha256Digest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            // Every Java platform has it, see the class comment of MessageDigest.
            throw new IllegalStateException(e);
        }
    }

    /**
     * Makes digests fast from the first megabyte on. The JDK uses the processor's SHA instructions only in compiled
     * code, and compiles it after some thousand calls, no matter how long each takes; until then a digest takes ten
     * times as long. This method makes these calls, one block each, so that the compiler can work in the background.
     */
    public static void warmUp() {
        Sha256Digest digest = new Sha256Digest();
        byte[] block = new byte[BLOCK_BYTES];
        for (int i = 0; i < CALLS_UNTIL_COMPILED; i++) {
            digest.update(block, 0, block.length);
        }
    }

    public void update(byte[] bytes, int offset, int length) {
        digest.update(bytes, offset, length);
    }

    /** Adds the remaining bytes of a buffer. */
    public void update(ByteBuffer bytes) {
        digest.update(bytes);
    }

    /**
     * Adds one part of a key: the length of its UTF-8 form, then the UTF-8 form, so that no two lists of parts have the
     * same digest.
     */
    public Sha256Digest part(String text) {
        return part(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Adds one part of a key: its length, then its bytes. */
    public Sha256Digest part(byte[] bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        digest.update(bytes);
        return this;
    }

    /** The digest of everything added so far; afterwards this object is empty again. */
    public Sha256 finish() {
        return new Sha256(digest.digest());
    }
}
