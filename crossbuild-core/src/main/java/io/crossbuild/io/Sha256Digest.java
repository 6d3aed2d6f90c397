// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** A SHA-256 digest in the making. Not safe for use by several threads. */
public final class Sha256Digest {
    private static final int BLOCK_BYTES = 64;
    /** Tier4InvocationThreshold of HotSpot is 5000; a full queue of the compiler makes it more. */
    private static final int CALLS_UNTIL_COMPILED = 20_000;

    private final MessageDigest digest;

    public Sha256Digest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            // Every Java platform has it: see the class comment of MessageDigest.
            throw new IllegalStateException(e);
        }
    }

    /**
     * Makes digests fast from the first megabyte on. The JDK uses the processor's instructions for them only where the
     * compiler put them, which it does after some thousand calls, however long each took; until then a digest takes ten
     * times as long. This makes the calls, a block each, so that the compiler can do its work beside other work.
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

    /** Takes what remains of a buffer. */
    public void update(ByteBuffer bytes) {
        digest.update(bytes);
    }

    /**
     * Takes one part of a key: the length of its UTF-8 form, then that form, so that no two lists of parts give the
     * same digest.
     */
    public Sha256Digest part(String text) {
        return part(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Takes one part of a key: its length, then its bytes. */
    public Sha256Digest part(byte[] bytes) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
        digest.update(bytes);
        return this;
    }

    /** The digest of everything taken so far; this object is as new afterwards. */
    public Sha256 finish() {
        return new Sha256(digest.digest());
    }
}
