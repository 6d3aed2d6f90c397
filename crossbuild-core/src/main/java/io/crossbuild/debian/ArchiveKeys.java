// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.error.UntrustedException;
import io.crossbuild.spec.EnvironmentSpec;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bouncycastle.bcpg.ArmoredInputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.bc.BcPGPPublicKeyRingCollection;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;

/** The public keys that may sign the index of a suite. */
public final class ArchiveKeys {
    private static final Set<Integer> HASHES =
            Set.of(HashAlgorithmTags.SHA256, HashAlgorithmTags.SHA384, HashAlgorithmTags.SHA512);
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);
    private static final int MAX_SIGNATURES = 20;

    private final List<PGPPublicKeyRing> rings;

    private ArchiveKeys(List<PGPPublicKeyRing> rings) {
        this.rings = rings;
    }

    /**
     * The included keys of a suite, or of the suites with its updates, such as "trixie-security".
     *
     * @throws ConfigException when there are no keys for the suite
     */
    public static ArchiveKeys ofSuite(String suite) throws ConfigException {
        String release = Updates.releaseOf(suite);
        requireSuite(release);
        List<PGPPublicKeyRing> rings = new ArrayList<>();
        for (String kind : Updates.isSecurity(suite) ? List.of("security-automatic") : List.of("automatic", "stable")) {
            String resource = release + "-" + kind + ".gpg";
            try (InputStream in = ArchiveKeys.class.getResourceAsStream(resource)) {
                if (in == null) {
                    throw new IllegalStateException("resource '" + resource + "' is missing");
                }
                rings.addAll(read(in));
            } catch (IOException | PGPException e) {
                throw new IllegalStateException("resource '" + resource + "' cannot be read", e);
            }
        }
        return new ArchiveKeys(rings);
    }

    /** @throws ConfigException when there are no keys for the suite */
    static void requireSuite(String suite) throws ConfigException {
        if (!EnvironmentSpec.SUITES.contains(suite)) {
            throw new ConfigException(
                    "suite",
                    List.of("no suite '" + suite + "' (expected one of " + String.join(", ", EnvironmentSpec.SUITES)
                            + ")"),
                    null);
        }
    }

    /** Keys from a binary or armored OpenPGP keyring. */
    public static ArchiveKeys parse(byte[] keyring, String source) throws MalformedInputException {
        try {
            return new ArchiveKeys(read(PGPUtil.getDecoderStream(new ByteArrayInputStream(keyring))));
        } catch (IOException | PGPException | RuntimeException e) {
            throw new MalformedInputException(source, -1, "no OpenPGP keyring: " + e.getMessage(), e);
        }
    }

    private static List<PGPPublicKeyRing> read(InputStream in) throws IOException, PGPException {
        List<PGPPublicKeyRing> rings = new ArrayList<>();
        new BcPGPPublicKeyRingCollection(in).getKeyRings().forEachRemaining(rings::add);
        return rings;
    }

    /**
     * Checks that at least one signature of a message is valid: over the message's text, with SHA-256 or better, and by
     * one of these keys, which must not have expired or been revoked when it signed.
     *
     * @param now the time by the host's clock
     * @throws UntrustedException when no signature is valid; the message gives the reason for each one
     */
    void verify(ClearSignedMessage message, String source, Instant now)
            throws UntrustedException, MalformedInputException {
        List<String> problems = new ArrayList<>();
        for (PGPSignature signature : signatures(message, source)) {
            String problem = problem(signature, message, now);
            if (problem.isEmpty()) {
                return;
            }
            problems.add("key " + String.format(Locale.ROOT, "%016X", signature.getKeyID()) + ": " + problem);
        }
        throw new UntrustedException(
                "Untrusted '" + source + "': no valid signature of the archive (" + String.join("; ", problems) + ")",
                AdviceKey.USE_DEBIAN_MIRROR.advice());
    }

    private static List<PGPSignature> signatures(ClearSignedMessage message, String source)
            throws MalformedInputException {
        List<PGPSignature> found = new ArrayList<>();
        try {
            ArmoredInputStream armor = new ArmoredInputStream(new ByteArrayInputStream(message.armor()));
            BcPGPObjectFactory objects = new BcPGPObjectFactory(armor);
            for (Object o = objects.nextObject(); o != null; o = objects.nextObject()) {
                if (!(o instanceof PGPSignatureList list)) {
                    throw new MalformedInputException(
                            source, -1, "the signature contains something other than signatures");
                }
                list.forEach(found::add);
                if (found.size() > MAX_SIGNATURES) {
                    throw new MalformedInputException(source, -1, "more than " + MAX_SIGNATURES + " signatures");
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new MalformedInputException(source, -1, "the signature cannot be read: " + e.getMessage(), e);
        }
        if (found.isEmpty()) {
            throw new MalformedInputException(source, -1, "no signature");
        }
        return found;
    }

    /** The problem with a signature; empty when it is valid. */
    private String problem(PGPSignature signature, ClearSignedMessage message, Instant now) {
        if (signature.getSignatureType() != PGPSignature.CANONICAL_TEXT_DOCUMENT) {
            return "not a signature over a text";
        }
        if (!HASHES.contains(signature.getHashAlgorithm())) {
            return "made with a weak digest";
        }
        for (PGPPublicKeyRing ring : rings) {
            PGPPublicKey key = ring.getPublicKey(signature.getKeyID());
            if (key != null) {
                String ofKey = problem(ring.getPublicKey(), key, signature, now);
                return ofKey.isEmpty() && !isOver(signature, key, message) ? "does not match the text" : ofKey;
            }
        }
        return "not a key of this suite";
    }

    private static String problem(PGPPublicKey primary, PGPPublicKey key, PGPSignature signature, Instant now) {
        Instant signed = signature.getCreationTime().toInstant();
        if (signed.isAfter(now.plus(CLOCK_SKEW))) {
            return "signed at " + signed + ", which is in the future";
        }
        long lifetime = signature.getHashedSubPackets() == null
                ? 0
                : signature.getHashedSubPackets().getSignatureExpirationTime();
        if (lifetime > 0 && signed.plusSeconds(lifetime).isBefore(now)) {
            return "the signature has expired";
        }
        for (PGPPublicKey each : List.of(primary, key)) {
            Instant made = each.getCreationTime().toInstant();
            if (signed.isBefore(made)) {
                return "signed before the key was made";
            }
            if (each.getValidSeconds() > 0 && signed.isAfter(made.plusSeconds(each.getValidSeconds()))) {
                return "the key had expired";
            }
            if (each.hasRevocation()) {
                return "the key was revoked";
            }
        }
        return "";
    }

    private static boolean isOver(PGPSignature signature, PGPPublicKey key, ClearSignedMessage message) {
        try {
            signature.init(new BcPGPContentVerifierBuilderProvider(), key);
            signature.update(message.signedBytes());
            return signature.verify();
        } catch (PGPException | RuntimeException e) {
            return false;
        }
    }
}
