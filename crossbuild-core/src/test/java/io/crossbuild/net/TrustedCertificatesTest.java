// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.crossbuild.error.DownloadException;
import io.crossbuild.event.BuildListener;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;

/** The key stores of operating systems are made by the tests: Linux has none. */
class TrustedCertificatesTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final Duration YEAR = Duration.ofDays(365);
    private static final GeneralNames LOOPBACK = new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));

    private final Instant now = Instant.now();

    @Test
    void aServerWithACertificateThatTheOperatingSystemTrustsIsTrusted() throws Exception {
        KeyStore company = authority("company");
        HttpsServer server = server(company);
        try {
            URI uri = URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/a");
            assertThatThrownBy(() -> downloader(none()).get(uri, 10))
                    .isInstanceOf(DownloadException.class)
                    .hasMessageContaining("no trusted TLS connection");
            for (String type : List.of("Windows-ROOT", "KeychainStore", "KeychainStore-ROOT")) {
                assertThat(downloader(only(type, trusting(company))).get(uri, 10))
                        .as(type)
                        .isEqualTo("yes".getBytes(StandardCharsets.UTF_8));
            }
        } finally {
            server.stop(0);
        }
    }

    @Test
    void theGuestGetsThoseOfJavaAndThoseOfTheOperatingSystemEachOnce() throws Exception {
        List<Certificate> javas = certificates(none());
        assertThat(javas).isNotEmpty();
        KeyStore roots = trusting(authority("company"));
        roots.setCertificateEntry("java's own", javas.get(0));
        List<Certificate> all = certificates(TrustedCertificates.of(type -> roots));
        assertThat(all).hasSize(javas.size() + 1).doesNotHaveDuplicates().containsAll(javas);
        assertThat(all).contains(roots.getCertificate("company"));
    }

    @Test
    void whatIsNoAuthorityOrHasExpiredDoesNotCount() throws Exception {
        KeyStore all = trusting(made(
                "server",
                now.plus(YEAR),
                extensions -> extensions.addExtension(Extension.subjectAlternativeName, false, LOOPBACK)));
        KeyStore expired = made(
                "expired",
                now.minus(Duration.ofDays(1)),
                extensions -> extensions.addExtension(Extension.basicConstraints, true, new BasicConstraints(true)));
        all.setCertificateEntry("expired", expired.getCertificate("expired"));
        // A key with its certificate is no authority either.
        all.setEntry(
                "own key",
                authority("own").getEntry("own", new KeyStore.PasswordProtection(PASSWORD)),
                new KeyStore.PasswordProtection(PASSWORD));
        assertThat(certificates(TrustedCertificates.of(type -> all))).isEqualTo(certificates(none()));
    }

    @Test
    void theStoresOfTheJdksProvidersForMacosAndWindowsAreAskedFor() {
        Stores stores = new Stores();
        Security.insertProviderAt(stores, 1);
        try {
            assertThat(TrustedCertificates.read().inPem()).isNotEmpty();
        } finally {
            Security.removeProvider(stores.getName());
        }
        assertThat(stores.asked).containsExactly("Windows-ROOT", "KeychainStore", "KeychainStore-ROOT");
    }

    /** Has key stores of these types, and opens none. */
    private static final class Stores extends Provider {
        private static final long serialVersionUID = 1L;

        private final transient List<String> asked = new ArrayList<>();

        Stores() {
            super("Stores", "1", "key stores of operating systems");
            for (String type : List.of("Windows-ROOT", "KeychainStore", "KeychainStore-ROOT")) {
                putService(new Service(this, "KeyStore", type, "none", null, null) {
                    @Override
                    public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
                        asked.add(type);
                        throw new NoSuchAlgorithmException(type);
                    }
                });
            }
        }
    }

    @Test
    void whereTheOperatingSystemHasNoStoreJavasOwnContextIsUsed() {
        assertThat(none().context()).isEmpty();
        assertThat(TrustedCertificates.of(type -> {
                            throw new IOException("locked");
                        })
                        .context())
                .isEmpty();
    }

    private static TrustedCertificates none() {
        return TrustedCertificates.of(type -> {
            throw new KeyStoreException(type + " not found");
        });
    }

    private static TrustedCertificates only(String there, KeyStore store) {
        return TrustedCertificates.of(type -> {
            if (!type.equals(there)) {
                throw new KeyStoreException(type + " not found");
            }
            return store;
        });
    }

    private static Downloader downloader(TrustedCertificates trusted) {
        Duration soon = Duration.ofSeconds(20);
        return Downloader.open(
                new DownloadOptions(false, BuildListener.NONE, null, 1, soon, soon, 0, Duration.ZERO), () -> trusted);
    }

    private static List<Certificate> certificates(TrustedCertificates trusted) throws Exception {
        return new ArrayList<>(CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(trusted.inPem())));
    }

    private static HttpsServer server(KeyStore keys) throws Exception {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 3);
            exchange.getResponseBody().write("yes".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        return server;
    }

    /** A store that trusts the certificates of another one. */
    private static KeyStore trusting(KeyStore keys) throws Exception {
        KeyStore store = empty();
        for (String alias : Collections.list(keys.aliases())) {
            store.setCertificateEntry(alias, keys.getCertificate(alias));
        }
        return store;
    }

    private KeyStore authority(String name) throws Exception {
        return made(
                name,
                now.plus(YEAR),
                extensions -> extensions
                        .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                        .addExtension(Extension.subjectAlternativeName, false, LOOPBACK));
    }

    private interface Extensions {
        void addTo(X509v3CertificateBuilder certificate) throws IOException;
    }

    /** A key and a certificate that it signed itself, a year before its end. */
    private static KeyStore made(String name, Instant end, Extensions extensions) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        KeyPair keys = generator.generateKeyPair();
        X500Name subject = new X500Name("CN=" + name);
        X509v3CertificateBuilder certificate = new JcaX509v3CertificateBuilder(
                subject, BigInteger.ONE, Date.from(end.minus(YEAR)), Date.from(end), subject, keys.getPublic());
        extensions.addTo(certificate);
        ContentSigner signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
        KeyStore store = empty();
        Certificate[] chain = {new JcaX509CertificateConverter().getCertificate(certificate.build(signer))};
        store.setKeyEntry(name, keys.getPrivate(), PASSWORD, chain);
        return store;
    }

    private static KeyStore empty() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
