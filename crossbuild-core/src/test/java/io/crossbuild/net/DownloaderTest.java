// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.DownloadException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.error.UntrustedException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.io.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloaderTest {
    private final byte[] content = new byte[300_000];
    private final List<BuildEvent> events = new CopyOnWriteArrayList<>();

    @TempDir
    Path dir;

    private TestServer server;
    private Downloader downloader;

    @BeforeEach
    void start() throws Exception {
        new Random(1).nextBytes(content);
        server = new TestServer();
        downloader = downloader(false, Duration.ofSeconds(10), 4);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Downloader downloader(boolean offline, Duration stall, int parallel) {
        return Downloader.open(new DownloadOptions(
                offline, events::add, null, parallel, stall, Duration.ofSeconds(20), 4, Duration.ofMillis(2)));
    }

    private Download download(String path) {
        return new Download(server.uri(path), dir.resolve("target"), content.length, Sha256.of(content));
    }

    private List<Path> files() throws Exception {
        try (Stream<Path> all = Files.list(dir)) {
            return all.toList();
        }
    }

    @Test
    void aFileComesWholeWithItsEvents() throws Exception {
        server.file("/a", content);
        downloader.download(download("/a"));
        assertThat(dir.resolve("target")).hasBinaryContent(content);
        assertThat(files()).hasSize(1);
        assertThat(events.get(0))
                .isEqualTo(new BuildEvent.Transfer(
                        BuildEvent.Transfer.State.STARTED, server.uri("/a"), 0, content.length));
        assertThat(events.get(events.size() - 1))
                .isEqualTo(new BuildEvent.Transfer(
                        BuildEvent.Transfer.State.SUCCEEDED, server.uri("/a"), content.length, content.length));
    }

    @Test
    void anEmptyFileIsAFileToo() throws Exception {
        server.file("/empty", new byte[0]);
        downloader.download(new Download(server.uri("/empty"), dir.resolve("target"), 0, Sha256.of(new byte[0])));
        assertThat(dir.resolve("target")).isEmptyFile();
    }

    @Test
    void otherBytesAreRefusedWithBothDigests() throws Exception {
        byte[] other = content.clone();
        other[1000]++;
        server.file("/a", other);
        assertThatThrownBy(() -> downloader.download(download("/a")))
                .isInstanceOf(UntrustedException.class)
                .hasMessage("Untrusted '" + server.uri("/a") + "': SHA-256 " + Sha256.of(other) + " (expected "
                        + Sha256.of(content) + ")");
        assertThat(files()).isEmpty();
        assertThat(server.requests()).hasSize(1);
        assertThat(((BuildEvent.Transfer) events.get(events.size() - 1)).state())
                .isEqualTo(BuildEvent.Transfer.State.FAILED);
    }

    @Test
    void aLongerFileIsRefusedBeforeItIsRead() {
        server.file("/a", Arrays.copyOf(content, content.length + 1));
        assertThatThrownBy(() -> downloader.download(download("/a")))
                .isInstanceOf(UntrustedException.class)
                .hasMessageContaining((content.length + 1) + " bytes")
                .hasMessageContaining("expected " + content.length);
    }

    @Test
    void aLongerFileOfUnknownLengthIsCutOffOnTheWay() throws Exception {
        server.answer("/a", (exchange, nth) -> {
            exchange.sendResponseHeaders(200, 0);
            for (int i = 0; i < 1000; i++) {
                exchange.getResponseBody().write(content);
            }
        });
        assertThatThrownBy(() -> downloader.download(download("/a"))).isInstanceOf(UntrustedException.class);
        assertThat(files()).isEmpty();
    }

    @Test
    void aMissingFileIsNotRequestedTwice() {
        assertThatThrownBy(() -> downloader.download(download("/missing")))
                .isInstanceOf(DownloadException.class)
                .hasMessage("Cannot download '" + server.uri("/missing") + "': status 404 (expected 200)")
                .extracting(e -> ((DownloadException) e).advice())
                .isEqualTo(List.of(AdviceKey.CHECK_MIRROR_OR_RUN_AGAIN.advice()));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void aServerInTroubleIsRetried() throws Exception {
        server.file("/a", content);
        server.answer("/a", (exchange, nth) -> {
            if (nth < 3) {
                exchange.sendResponseHeaders(503, -1);
            } else {
                server.give(exchange, "/a", null);
            }
        });
        downloader.download(download("/a"));
        assertThat(dir.resolve("target")).hasBinaryContent(content);
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void aServerThatStaysInTroubleIsGivenUpAfterFiveAttempts() {
        server.answer("/a", (exchange, nth) -> exchange.sendResponseHeaders(500, -1));
        assertThatThrownBy(() -> downloader.download(download("/a")))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("status 500")
                .hasMessageEndingWith(", 5 times");
        assertThat(server.requests()).hasSize(5);
    }

    @Test
    void aBrokenTransferGoesOnWhereItBroke() throws Exception {
        server.file("/a", content);
        server.answer("/a", (exchange, nth) -> {
            if (nth == 1) {
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content, 0, 100_000);
                exchange.getResponseBody().flush();
            } else {
                server.give(exchange, "/a", exchange.getRequestHeaders().getFirst("Range"));
            }
        });
        downloader.download(download("/a"));
        assertThat(dir.resolve("target")).hasBinaryContent(content);
        assertThat(server.requests()).hasSize(2);
        assertThat(server.requests().get(1)).matches("/a bytes=[1-9][0-9]*-");
    }

    @Test
    void aPartOfAnEndedProcessIsTakenUp() throws Exception {
        server.file("/a", content);
        Files.write(dir.resolve("target.part"), Arrays.copyOf(content, 123_456));
        downloader.download(download("/a"));
        assertThat(dir.resolve("target")).hasBinaryContent(content);
        assertThat(server.requests()).containsExactly("/a bytes=123456-");
        assertThat(files()).hasSize(1);
    }

    @Test
    void aWrongPartIsDroppedAndTheFileFetchedWhole() throws Exception {
        server.file("/a", content);
        Files.write(dir.resolve("target.part"), new byte[1000]);
        downloader.download(download("/a"));
        assertThat(dir.resolve("target")).hasBinaryContent(content);
        assertThat(server.requests()).containsExactly("/a bytes=1000-", "/a");
    }

    @Test
    void aServerThatKnowsNoRangesGivesTheWholeFile() throws Exception {
        server.file("/a", content);
        server.answer("/a", (exchange, nth) -> server.give(exchange, "/a", null));
        Files.write(dir.resolve("target.part"), Arrays.copyOf(content, 5000));
        downloader.download(download("/a"));
        assertThat(dir.resolve("target")).hasBinaryContent(content);
    }

    @Test
    void aRefusedRangeIsRequestedWithoutRange() throws Exception {
        server.file("/a", content);
        server.answer("/a", (exchange, nth) -> {
            if (exchange.getRequestHeaders().containsKey("Range")) {
                exchange.sendResponseHeaders(416, -1);
            } else {
                server.give(exchange, "/a", null);
            }
        });
        Files.write(dir.resolve("target.part"), Arrays.copyOf(content, 5000));
        downloader.download(download("/a"));
        assertThat(dir.resolve("target")).hasBinaryContent(content);
    }

    @Test
    void redirectsAreFollowed() throws Exception {
        server.file("/there", content);
        server.answer("/here", (exchange, nth) -> {
            exchange.getResponseHeaders().add("Location", server.uri("/there").toString());
            exchange.sendResponseHeaders(302, -1);
        });
        downloader.download(download("/here"));
        assertThat(dir.resolve("target")).hasBinaryContent(content);
    }

    @Test
    void aRelativeRedirectAndOneOfARestAreFollowed() throws Exception {
        server.file("/pool/there", content);
        server.answer("/pool/here", (exchange, nth) -> {
            exchange.getResponseHeaders().add("Location", "there");
            exchange.sendResponseHeaders(308, -1);
        });
        Files.write(dir.resolve("target.part"), Arrays.copyOf(content, 1000));
        downloader.download(download("/pool/here"));
        assertThat(dir.resolve("target")).hasBinaryContent(content);
        assertThat(server.requests()).containsExactly("/pool/here bytes=1000-", "/pool/there bytes=1000-");
    }

    @Test
    void redirectsEnd() {
        server.answer("/round", (exchange, nth) -> {
            exchange.getResponseHeaders().add("Location", "/round");
            exchange.sendResponseHeaders(302, -1);
        });
        assertThatThrownBy(() -> downloader.download(download("/round")))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("more than 5 redirections (expected the file)");
        server.answer("/nowhere", (exchange, nth) -> exchange.sendResponseHeaders(302, -1));
        assertThatThrownBy(() -> downloader.download(download("/nowhere")))
                .hasMessageContaining("status 302 without an address (expected 200)");
        server.answer("/file", (exchange, nth) -> {
            exchange.getResponseHeaders().add("Location", "file:///etc/passwd");
            exchange.sendResponseHeaders(302, -1);
        });
        assertThatThrownBy(() -> downloader.download(download("/file")))
                .hasMessageContaining("it redirects to 'file:///etc/passwd' (expected an http or https address)");
    }

    @Test
    void aServerThatFallsSilentIsLeft() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        server.answer("/a", (exchange, nth) -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, 1000);
            exchange.getResponseBody().flush();
            end.await(20, TimeUnit.SECONDS);
        });
        Downloader impatient = downloader(false, Duration.ofMillis(60), 1);
        try {
            assertThatThrownBy(() -> impatient.download(download("/a")))
                    .isInstanceOf(DownloadException.class)
                    .hasMessageContaining("the server sent nothing for");
        } finally {
            end.countDown();
        }
        assertThat(files()).isEmpty();
    }

    @Test
    void aServerThatNeverAnswersIsLeft() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            URI uri = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/a");
            Downloader impatient = downloader(false, Duration.ofMillis(60), 1);
            assertThatThrownBy(() -> impatient.get(uri, 1000))
                    .isInstanceOf(DownloadException.class)
                    .hasMessageContaining("the server sent nothing for");
        }
    }

    @Test
    void aClosedPortIsAnErrorThatNamesTheAddress() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        URI uri = URI.create("http://127.0.0.1:" + port + "/a");
        assertThatThrownBy(() -> downloader.get(uri, 1000))
                .isInstanceOf(DownloadException.class)
                .hasMessageStartingWith("Cannot download '" + uri + "': no connection");
    }

    @Test
    void anUntrustedCertificateIsATlsFailureWithAdvice() throws Exception {
        try (ServerSocket server = untrustedServer()) {
            Thread answering = new Thread(() -> {
                while (!server.isClosed()) {
                    try (Socket socket = server.accept()) {
                        socket.getInputStream().read();
                    } catch (IOException e) {
                        // The client disconnects during the handshake, as it should; or the test is over.
                    }
                }
            });
            answering.start();
            URI uri = URI.create("https://127.0.0.1:" + server.getLocalPort() + "/a");
            assertThatThrownBy(() -> downloader.get(uri, 1000))
                    .isInstanceOf(DownloadException.class)
                    .hasMessageContaining("TLS")
                    .extracting(e -> ((DownloadException) e).advice())
                    .isEqualTo(List.of(AdviceKey.TRUST_CERTIFICATE.advice()));
        }
    }

    /** A TLS server with a self-signed certificate. */
    private static ServerSocket untrustedServer() throws Exception {
        char[] password = "changeit".toCharArray();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = DownloaderTest.class.getResourceAsStream("untrusted.p12")) {
            keys.load(in, password);
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(keys, password);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(factory.getKeyManagers(), null, null);
        return context.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @Test
    void aSmallFileIsGivenAndATooLongOneIsNot() throws Exception {
        server.file("/a", content);
        assertThat(downloader.get(server.uri("/a"), content.length)).isEqualTo(content);
        assertThatThrownBy(() -> downloader.get(server.uri("/a"), content.length - 1))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("longer than");
        server.answer("/b", (exchange, nth) -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(content);
        });
        assertThatThrownBy(() -> downloader.get(server.uri("/b"), content.length - 1))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("longer than");
    }

    @Test
    void offlineNoConnectionIsOpened() {
        server.file("/a", content);
        Downloader offline = downloader(true, Duration.ofSeconds(1), 1);
        assertThatThrownBy(() -> offline.download(download("/a")))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("not in the store and the build is offline");
        assertThatThrownBy(() -> offline.get(server.uri("/a"), 10)).isInstanceOf(DownloadException.class);
        assertThatThrownBy(() -> offline.downloadAll(List.of(download("/a")))).isInstanceOf(DownloadException.class);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void theSameFileMayBeFetchedTwiceAtOnce() throws Exception {
        CountDownLatch both = new CountDownLatch(2);
        server.file("/a", content);
        server.answer("/a", (exchange, nth) -> {
            both.countDown();
            both.await(20, TimeUnit.SECONDS);
            server.give(exchange, "/a", null);
        });
        downloader.downloadAll(List.of(download("/a"), download("/a")));
        assertThat(dir.resolve("target")).hasBinaryContent(content);
        assertThat(files()).hasSize(1);
    }

    @Test
    void severalFilesComeAtOnceButNotMoreThanAllowed() throws Exception {
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Download> all = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String path = "/f" + i;
            server.file(path, content);
            server.answer(path, (exchange, nth) -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                Thread.sleep(20);
                now.decrementAndGet();
                server.give(exchange, path, null);
            });
            all.add(new Download(server.uri(path), dir.resolve("t" + i), content.length, Sha256.of(content)));
        }
        downloader.downloadAll(all);
        assertThat(files()).hasSize(12).allSatisfy(file -> assertThat(file).hasBinaryContent(content));
        assertThat(most.get()).isBetween(2, 4);
    }

    @Test
    void theFirstFailureEndsTheOthersAndNothingHalfMadeStays() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        List<Download> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String path = "/slow" + i;
            server.answer(path, (exchange, nth) -> {
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content, 0, 1000);
                exchange.getResponseBody().flush();
                end.await(20, TimeUnit.SECONDS);
            });
            all.add(new Download(server.uri(path), dir.resolve("t" + i), content.length, Sha256.of(content)));
        }
        all.add(new Download(server.uri("/missing"), dir.resolve("missing"), 1, Sha256.of(new byte[1])));
        long before = System.nanoTime();
        try {
            assertThatThrownBy(() -> downloader.downloadAll(all))
                    .isInstanceOf(DownloadException.class)
                    .hasMessageContaining("404");
        } finally {
            end.countDown();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
        assertThat(files()).isEmpty();
    }

    @Test
    void anInterruptEndsATransferAndItsPart() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        server.answer("/a", (exchange, nth) -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, 1000);
            exchange.getResponseBody().flush();
            begun.countDown();
            end.await(20, TimeUnit.SECONDS);
        });
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(() -> {
            try {
                downloader.download(download("/a"));
            } catch (IOException | CrossbuildException | InterruptedException e) {
                thrown.set(e);
            }
        });
        thread.start();
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        thread.interrupt();
        thread.join(TimeUnit.SECONDS.toMillis(20));
        end.countDown();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(files()).isEmpty();
    }

    @Test
    void aTargetThatCannotBeWrittenIsAFailureOfTheHost() {
        server.file("/a", content);
        Download nowhere =
                new Download(server.uri("/a"), dir.resolve("no/such/dir/t"), content.length, Sha256.of(content));
        assertThatThrownBy(() -> downloader.download(nowhere)).isInstanceOf(HostRequirementException.class);
    }

    @Test
    void anAddressOfAnotherSchemeIsRefused() {
        assertThatThrownBy(() -> downloader.get(URI.create("ftp://127.0.0.1/a"), 10))
                .isInstanceOf(DownloadException.class);
    }

    @Test
    void aSourceWithAlternativesIsGivenFiveSecondsAndAskedOnce() {
        DownloadOptions patient = DownloadOptions.of(false, BuildListener.NONE);
        assertThat(patient.stall()).isEqualTo(Duration.ofSeconds(30));
        assertThat(patient.impatient().stall()).isEqualTo(Duration.ofSeconds(5));
        assertThat(patient.impatient().total()).isEqualTo(Duration.ofSeconds(20));
        assertThat(patient.impatient().retries()).isZero();
    }
}
