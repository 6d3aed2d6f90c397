// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ssh;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.EdECPrivateKey;

/** An Ed25519 key pair that lives as long as one virtual machine. */
public final class SshKeyPair {
    private final KeyPair keys;
    private final SshPublicKey publicKey;

    private SshKeyPair(KeyPair keys) {
        this.keys = keys;
        this.publicKey = SshPublicKey.of(keys.getPublic());
    }

    /** A new pair from the JVM's secure random source. */
    public static SshKeyPair generate() {
        try {
            return new SshKeyPair(KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JVM lacks Ed25519, which every JVM since 15 has", e);
        }
    }

    public SshPublicKey publicKey() {
        return publicKey;
    }

    /**
     * The pair as a host key file of dropbear ({@code signkey.c}, {@code buf_put_ed25519_priv_key}): the type, then one
     * string of the 32 bytes of the seed and the 32 of the public key.
     */
    public byte[] dropbearHostKey() {
        EdECPrivateKey key = (EdECPrivateKey) keys.getPrivate();
        ByteArrayOutputStream secret = new ByteArrayOutputStream();
        secret.writeBytes(key.getBytes().orElseThrow());
        secret.writeBytes(publicKey.point());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SshPublicKey.writeString(out, SshPublicKey.TYPE.getBytes(StandardCharsets.US_ASCII));
        SshPublicKey.writeString(out, secret.toByteArray());
        return out.toByteArray();
    }

    KeyPair keys() {
        return keys;
    }
}
