// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.DownloadException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.io.Workers;
import io.crossbuild.spec.HttpProxy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fetches files over HTTP and HTTPS. Every wait has a deadline, transfers are repeated after temporary failures, and a
 * file appears in its place only when it is complete and has the right digest.
 *
 * <p>TLS trusts {@link TrustedCertificates}. Safe for use by several threads.
 */
public final class Downloader {
    private final DownloadOptions options;
    private final Supplier<HttpClient> newClient;
    private @Nullable HttpClient client;

    private Downloader(DownloadOptions options, Supplier<HttpClient> newClient) {
        this.options = options;
        this.newClient = newClient;
    }

    public static Downloader open(DownloadOptions options) {
        return open(options, TrustedCertificates::ofHost);
    }

    static Downloader open(DownloadOptions options, Supplier<TrustedCertificates> trusted) {
        return new Downloader(options, () -> newClient(options, trusted.get()));
    }

    /** The same with less patience, for a source that has alternatives: see {@link DownloadOptions#impatient}. */
    public Downloader impatient() {
        return new Downloader(options.impatient(), this::client);
    }

    /**
     * Created when first needed: most builds download nothing, and creating it takes longer than everything else they
     * do.
     */
    private synchronized HttpClient client() {
        if (client == null) {
            client = newClient.get();
        }
        return client;
    }

    private static HttpClient newClient(DownloadOptions options, TrustedCertificates trusted) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                // One connection per transfer: several transfers on one connection wait for each other's windows.
                .version(HttpClient.Version.HTTP_1_1)
                // Transfer follows them, since not every address may be asked.
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(options.stall());
        trusted.context().ifPresent(builder::sslContext);
        HttpProxy proxy = options.proxy();
        if (proxy != null) {
            ProxyRoute route = new ProxyRoute(proxy);
            builder.proxy(route.selector());
            route.authenticator().ifPresent(builder::authenticator);
        }
        return builder.build();
    }

    /** The listener of transfers. */
    public BuildListener listener() {
        return options.listener();
    }

    public boolean isOffline() {
        return options.offline();
    }

    /**
     * Fetches a small file whose digest is not known in advance.
     *
     * @throws DownloadException when it cannot be downloaded or is longer than {@code maxBytes}
     */
    public byte[] get(URI uri, int maxBytes) throws CrossbuildException, IOException, InterruptedException {
        refuseWhenOffline(uri);
        return new Attempts(options, uri).run(deadline -> {
            Transfer transfer = new Transfer(client(), options, uri, deadline);
            try (Transfer.Response response = transfer.request(0)) {
                if (response.lengthBytes() > maxBytes) {
                    throw tooLong(uri, maxBytes);
                }
                ByteArrayOutputStream content = new ByteArrayOutputStream();
                for (List<ByteBuffer> part = response.next(); !part.isEmpty(); part = response.next()) {
                    for (ByteBuffer bytes : part) {
                        if (bytes.remaining() > maxBytes - content.size()) {
                            throw tooLong(uri, maxBytes);
                        }
                        byte[] copy = new byte[bytes.remaining()];
                        bytes.get(copy);
                        content.write(copy, 0, copy.length);
                    }
                }
                return content.toByteArray();
            }
        });
    }

    private static DownloadException tooLong(URI uri, int maxBytes) {
        return new DownloadException(
                uri,
                "Cannot download '" + uri + "': it is longer than " + maxBytes + " bytes",
                AdviceKey.CHECK_PROXY_ANSWER.advice(),
                false,
                null);
    }

    /**
     * Fetches one file.
     *
     * @throws io.crossbuild.error.UntrustedException when the content is not the expected one
     * @throws DownloadException when it cannot be downloaded
     */
    public void download(Download download) throws CrossbuildException, IOException, InterruptedException {
        refuseWhenOffline(download.uri());
        new FileTransfer(client(), options, download).run();
    }

    /** Fetches several files at once. The first failure ends the other transfers and is thrown; complete files stay. */
    public void downloadAll(List<Download> downloads) throws CrossbuildException, IOException, InterruptedException {
        if (downloads.isEmpty()) {
            return;
        }
        refuseWhenOffline(downloads.get(0).uri());
        int threads = Math.min(options.parallel(), downloads.size());
        ExecutorService pool = Executors.newFixedThreadPool(threads, task -> {
            Thread thread = new Thread(task, "crossbuild-download");
            thread.setDaemon(true);
            return thread;
        });
        try {
            ExecutorCompletionService<Void> done = new ExecutorCompletionService<>(pool);
            List<Future<Void>> all = new ArrayList<>();
            for (Download download : downloads) {
                all.add(done.submit(() -> {
                    new FileTransfer(client(), options, download).run();
                    return null;
                }));
            }
            for (int i = 0; i < all.size(); i++) {
                var unused = Workers.await(done.take());
            }
        } finally {
            pool.shutdownNow();
            awaitEnd(pool);
        }
    }

    /** Waits until the interrupted transfers have removed their temporary files. */
    private void awaitEnd(ExecutorService pool) throws InterruptedException {
        pool.awaitTermination(options.stall().toMillis(), TimeUnit.MILLISECONDS);
    }

    private void refuseWhenOffline(URI uri) throws DownloadException {
        if (options.offline()) {
            throw new DownloadException(
                    uri,
                    "Cannot download '" + uri + "': it is not in the store and the build is offline",
                    AdviceKey.RUN_ONLINE.advice(),
                    false,
                    null);
        }
    }
}
