// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.MalformedInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.crypto.generators.Ed25519KeyPairGenerator;
import org.bouncycastle.crypto.params.Ed25519KeyGenerationParameters;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureGenerator;
import org.bouncycastle.openpgp.PGPSignatureSubpacketGenerator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.bouncycastle.openpgp.operator.bc.BcPGPKeyPair;

/** A signing key made for a test. */
final class TestKey {
    private static final String USER = "Test Archive <archive@test.invalid>";

    private final BcPGPKeyPair pair;
    private PGPPublicKey certified;

    private TestKey(BcPGPKeyPair pair, PGPPublicKey certified) {
        this.pair = pair;
        this.certified = certified;
    }

    /** @param lifetime zero for an unlimited one */
    static TestKey make(Instant created, Duration lifetime) throws PGPException {
        Ed25519KeyPairGenerator generator = new Ed25519KeyPairGenerator();
        generator.init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        BcPGPKeyPair pair = new BcPGPKeyPair(
                PublicKeyPacket.VERSION_4,
                PublicKeyAlgorithmTags.EDDSA_LEGACY,
                generator.generateKeyPair(),
                Date.from(created));
        TestKey key = new TestKey(pair, pair.getPublicKey());
        PGPSignatureGenerator self = key.signer(PGPSignature.POSITIVE_CERTIFICATION, HashAlgorithmTags.SHA256);
        PGPSignatureSubpacketGenerator packets = new PGPSignatureSubpacketGenerator();
        packets.setSignatureCreationTime(Date.from(created));
        packets.setKeyExpirationTime(lifetime.toSeconds());
        self.setHashedSubpackets(packets.generate());
        key.certified =
                PGPPublicKey.addCertification(key.certified, USER, self.generateCertification(USER, key.certified));
        return key;
    }

    private PGPSignatureGenerator signer(int type, int hash) throws PGPException {
        PGPSignatureGenerator generator = new PGPSignatureGenerator(
                new BcPGPContentSignerBuilder(pair.getPublicKey().getAlgorithm(), hash), pair.getPublicKey());
        generator.init(type, pair.getPrivateKey());
        return generator;
    }

    TestKey revoked() throws PGPException {
        PGPSignature revocation =
                signer(PGPSignature.KEY_REVOCATION, HashAlgorithmTags.SHA256).generateCertification(certified);
        certified = PGPPublicKey.addCertification(certified, revocation);
        return this;
    }

    ArchiveKeys keys() throws MalformedInputException, IOException {
        return ArchiveKeys.parse(keyring(), "test keyring");
    }

    byte[] keyring() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        certified.encode(out);
        return out.toByteArray();
    }

    /** How a text is signed. */
    record Signing(Instant at, int hash, int type, Duration lifetime) {
        static Signing at(Instant at) {
            return new Signing(at, HashAlgorithmTags.SHA512, PGPSignature.CANONICAL_TEXT_DOCUMENT, Duration.ZERO);
        }

        Signing withHash(int other) {
            return new Signing(at, other, type, lifetime);
        }

        Signing withType(int other) {
            return new Signing(at, hash, other, lifetime);
        }

        Signing withLifetime(Duration other) {
            return new Signing(at, hash, type, other);
        }
    }

    /** The signature over a text whose lines end in newlines. */
    PGPSignature sign(String text, Signing how) throws PGPException {
        PGPSignatureGenerator generator = signer(how.type(), how.hash());
        PGPSignatureSubpacketGenerator packets = new PGPSignatureSubpacketGenerator();
        packets.setSignatureCreationTime(Date.from(how.at()));
        packets.setIssuerFingerprint(false, certified);
        if (!how.lifetime().isZero()) {
            packets.setSignatureExpirationTime(how.lifetime().toSeconds());
        }
        generator.setHashedSubpackets(packets.generate());
        String canonical = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        canonical = canonical.replaceAll("[ \t]+(\n|$)", "$1").replace("\n", "\r\n");
        generator.update(canonical.getBytes(StandardCharsets.UTF_8));
        return generator.generate();
    }

    /** The clear-signed form of a text. */
    String clearSign(String text, Signing how) throws PGPException, IOException {
        return message(text, sign(text, how));
    }

    static String message(String text, PGPSignature... signatures) throws IOException {
        ByteArrayOutputStream armor = new ByteArrayOutputStream();
        try (ArmoredOutputStream out =
                ArmoredOutputStream.builder().clearHeaders().build(armor)) {
            for (PGPSignature signature : signatures) {
                signature.encode(out);
            }
        }
        String escaped = text.replaceAll("(?m)^-", "- -");
        return "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + escaped + (text.endsWith("\n") ? "" : "\n")
                + armor.toString(StandardCharsets.US_ASCII).replace("\r\n", "\n");
    }
}
