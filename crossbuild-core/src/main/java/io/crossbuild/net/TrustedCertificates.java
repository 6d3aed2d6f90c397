// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificate authorities that this host trusts, including a company's own that inspects TLS: those of the JVM, and
 * on macOS and Windows those of the operating system, where companies install theirs.
 */
public final class TrustedCertificates {
    private static final Logger LOG = LoggerFactory.getLogger(TrustedCertificates.class);

    /**
     * "JDK Providers Documentation", SunMSCAPI and Apple. The first Keychain store has what users and administrators
     * added, the other one, which newer JDKs have, also the system's roots.
     */
    private static final List<String> SYSTEM_STORES = List.of("Windows-ROOT", "KeychainStore", "KeychainStore-ROOT");

    private final Set<X509Certificate> all;
    private final boolean beyondJava;

    private TrustedCertificates(Set<X509Certificate> all, boolean beyondJava) {
        this.all = all;
        this.beyondJava = beyondJava;
    }

    /** Opens key stores of the operating system. */
    @FunctionalInterface
    interface SystemStores {
        /** @throws KeyStoreException when there is none of that type */
        KeyStore open(String type) throws GeneralSecurityException, IOException;
    }

    /** Read once, as the JVM itself does for TLS connections. */
    private static final class Read {
        static final TrustedCertificates OF_HOST = read();
    }

    /** Like {@link #ofHost}, but anew. */
    static TrustedCertificates read() {
        // A user who names a trust store wants only that one.
        return of(
                System.getProperty("javax.net.ssl.trustStore") == null
                        ? TrustedCertificates::open
                        : type -> {
                            throw new KeyStoreException("not wanted");
                        });
    }

    /**
     * Those of the trust store that {@code javax.net.ssl.trustStore} names; without that property those of the JVM's
     * own and of the operating system.
     */
    static TrustedCertificates ofHost() {
        return Read.OF_HOST;
    }

    /** All that this host trusts in PEM (RFC 7468). */
    public static byte[] pem() {
        return ofHost().inPem();
    }

    private static KeyStore open(String type) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(type);
        store.load(null, null);
        return store;
    }

    static TrustedCertificates of(SystemStores stores) {
        try {
            Set<X509Certificate> all = ofJava();
            int javas = all.size();
            for (String type : SYSTEM_STORES) {
                try {
                    addAll(all, stores.open(type));
                } catch (GeneralSecurityException | IOException e) {
                    LOG.debug("no certificates from '{}': {}", type, String.valueOf(e));
                }
            }
            return new TrustedCertificates(all, all.size() > javas);
        } catch (GeneralSecurityException e) {
            // Every JVM has this algorithm, and its trust store was readable when the downloads started.
            throw new IllegalStateException("The JVM's trust store cannot be read", e);
        }
    }

    private static Set<X509Certificate> ofJava() throws GeneralSecurityException {
        @Nullable KeyStore jvmsOwn = null;
        Set<X509Certificate> all = new LinkedHashSet<>();
        for (TrustManager manager : managers(jvmsOwn)) {
            if (manager instanceof X509TrustManager x509) {
                Collections.addAll(all, x509.getAcceptedIssuers());
            }
        }
        return all;
    }

    private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory.getTrustManagers();
    }

    /** A Keychain has keys and certificates of servers too. */
    private static void addAll(Set<X509Certificate> all, KeyStore store) throws GeneralSecurityException {
        for (String alias : Collections.list(store.aliases())) {
            if (store.isCertificateEntry(alias)
                    && store.getCertificate(alias) instanceof X509Certificate certificate
                    && isAuthority(certificate)) {
                all.add(certificate);
            }
        }
    }

    private static boolean isAuthority(X509Certificate certificate) {
        try {
            certificate.checkValidity();
        } catch (CertificateException e) {
            return false;
        }
        // Before version 3 a certificate could not say what it is for.
        return certificate.getBasicConstraints() >= 0 || certificate.getVersion() < 3;
    }

    byte[] inPem() {
        StringBuilder out = new StringBuilder();
        Base64.Encoder encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
        try {
            for (X509Certificate certificate : all) {
                out.append("-----BEGIN CERTIFICATE-----\n")
                        .append(encoder.encodeToString(certificate.getEncoded()))
                        .append("\n-----END CERTIFICATE-----\n");
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("A certificate that was read cannot be written", e);
        }
        return out.toString().getBytes(StandardCharsets.US_ASCII);
    }

    /** For TLS connections; empty if the JVM's own context already trusts all of them. */
    Optional<SSLContext> context() {
        if (!beyondJava) {
            return Optional.empty();
        }
        try {
            KeyStore merged = KeyStore.getInstance(KeyStore.getDefaultType());
            merged.load(null, null);
            int number = 0;
            for (X509Certificate certificate : all) {
                merged.setCertificateEntry("authority-" + number++, certificate);
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(ownKeys(), managers(merged), null);
            return Optional.of(context);
        } catch (GeneralSecurityException | IOException e) {
            LOG.debug("TLS without the certificates of the operating system", e);
            return Optional.empty();
        }
    }

    /** The keys with which this host proves its identity: only the JVM's own context reads them by itself. */
    private static KeyManager @Nullable [] ownKeys() throws GeneralSecurityException, IOException {
        String file = System.getProperty("javax.net.ssl.keyStore", "");
        if (file.isEmpty()) {
            return null;
        }
        char[] password =
                System.getProperty("javax.net.ssl.keyStorePassword", "").toCharArray();
        KeyStore keys =
                KeyStore.getInstance(System.getProperty("javax.net.ssl.keyStoreType", KeyStore.getDefaultType()));
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            keys.load(in, password);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, password);
        return factory.getKeyManagers();
    }
}
