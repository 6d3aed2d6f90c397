// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** The certificate authorities that this JVM trusts, including a company's own that inspects TLS. */
public final class TrustedCertificates {
    private TrustedCertificates() {}

    /** Read once, as the JVM itself does for TLS connections. */
    private static final class Read {
        static final byte[] PEM = read();
    }

    /** All of them in PEM (RFC 7468), from the trust store that {@code javax.net.ssl.trustStore} or the JVM names. */
    public static byte[] pem() {
        return Read.PEM.clone();
    }

    private static byte[] read() {
        StringBuilder out = new StringBuilder();
        Base64.Encoder encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            @Nullable KeyStore jvmsOwn = null;
            factory.init(jvmsOwn);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509TrustManager x509) {
                    for (X509Certificate certificate : x509.getAcceptedIssuers()) {
                        out.append("-----BEGIN CERTIFICATE-----\n")
                                .append(encoder.encodeToString(certificate.getEncoded()))
                                .append("\n-----END CERTIFICATE-----\n");
                    }
                }
            }
        } catch (GeneralSecurityException e) {
            // Every JVM has this algorithm, and its trust store was readable when the downloads started.
            throw new IllegalStateException("The JVM's trust store cannot be read", e);
        }
        return out.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
