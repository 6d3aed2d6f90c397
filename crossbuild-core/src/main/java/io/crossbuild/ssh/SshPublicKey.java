// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ssh;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Base64;

/** An Ed25519 public key (RFC 8032, in SSH: RFC 8709). */
public final class SshPublicKey {
    static final String TYPE = "ssh-ed25519";
    static final int LENGTH = 32;

    private final byte[] point;

    private SshPublicKey(byte[] point) {
        this.point = point;
    }

    /** The X.509 form ends with the 32 bytes of the point (RFC 8410, section 4). */
    static SshPublicKey of(PublicKey key) {
        byte[] encoded = key.getEncoded();
        return new SshPublicKey(Arrays.copyOfRange(encoded, encoded.length - LENGTH, encoded.length));
    }

    byte[] point() {
        return point.clone();
    }

    boolean matches(PublicKey key) {
        byte[] encoded = key.getEncoded();
        return encoded != null && encoded.length >= LENGTH && equals(of(key));
    }

    /** The line of an {@code authorized_keys} or {@code .pub} file, without a line end. */
    public String openSshLine() {
        ByteArrayOutputStream blob = new ByteArrayOutputStream();
        writeString(blob, TYPE.getBytes(StandardCharsets.US_ASCII));
        writeString(blob, point);
        return TYPE + " " + Base64.getEncoder().encodeToString(blob.toByteArray());
    }

    /** A {@code string} of RFC 4251, section 5: the length in four bytes, then the bytes. */
    static void writeString(ByteArrayOutputStream out, byte[] bytes) {
        out.writeBytes(ByteBuffer.allocate(4).putInt(bytes.length).array());
        out.writeBytes(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SshPublicKey that && Arrays.equals(point, that.point);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(point);
    }

    @Override
    public String toString() {
        return openSshLine();
    }
}
