// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.DownloadException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * One request, with those to which answers redirect it, and its response; each failure becomes a {@link
 * DownloadException} in the user's words.
 */
final class Transfer {
    private static final String USER_AGENT = "crossbuild";
    private static final int RANGE_NOT_SATISFIABLE = 416;
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(?:\\d{1,18}|\\*)");

    private final HttpClient client;
    private final DownloadOptions options;
    private final URI uri;
    private final long deadline;

    /** @param deadline for the whole transfer, in terms of {@link System#nanoTime} */
    Transfer(HttpClient client, DownloadOptions options, URI uri, long deadline) {
        this.client = client;
        this.options = options;
        this.uri = uri;
        this.deadline = deadline;
    }

    /** A response with status 200 or 206, or with 416 to a request for a rest. */
    final class Response implements AutoCloseable {
        private final HttpResponse<StallGuardedBody> http;

        private Response(HttpResponse<StallGuardedBody> http) {
            this.http = http;
        }

        /** The length of the remaining body, or -1. */
        long lengthBytes() {
            OptionalLong length;
            try {
                length = http.headers().firstValueAsLong("Content-Length");
            } catch (NumberFormatException e) {
                return -1;
            }
            return length.orElse(-1);
        }

        /** Where in the file the body begins; 0 for the whole file, -1 when it is not a part of the file. */
        long offset() {
            if (http.statusCode() == 200) {
                return 0;
            }
            Matcher range = CONTENT_RANGE.matcher(
                    http.headers().firstValue("Content-Range").orElse(""));
            return range.matches() ? Long.parseLong(range.group(1)) : -1;
        }

        List<ByteBuffer> next() throws DownloadException, InterruptedException {
            try {
                return http.body().next(allowed());
            } catch (IOException e) {
                throw failed(e);
            }
        }

        @Override
        public void close() {
            http.body().close();
        }
    }

    /**
     * Requests the file, or its rest.
     *
     * @param offset the first byte to send; the server may send the whole file nevertheless
     */
    Response request(long offset) throws DownloadException, InterruptedException {
        Redirects redirects = new Redirects(uri);
        HttpResponse<StallGuardedBody> response = ask(uri, offset);
        while (Redirects.isOne(response.statusCode())) {
            response.body().close();
            response = ask(
                    redirects.follow(response.statusCode(), response.headers().firstValue("Location")), offset);
        }
        int status = response.statusCode();
        boolean rangeRefused = status == RANGE_NOT_SATISFIABLE && offset > 0;
        if (status != 200 && status != 206 && !rangeRefused) {
            response.body().close();
            throw refused(status);
        }
        return new Response(response);
    }

    private HttpResponse<StallGuardedBody> ask(URI at, long offset) throws DownloadException, InterruptedException {
        HttpRequest.Builder request;
        try {
            request = HttpRequest.newBuilder(at);
        } catch (IllegalArgumentException e) {
            throw new DownloadException(
                    uri, "Cannot download '" + uri + "': " + e.getMessage(), AdviceKey.USE_HTTP.advice(), false, e);
        }
        request.header("User-Agent", USER_AGENT).timeout(allowed());
        if (offset > 0) {
            request.header("Range", "bytes=" + offset + "-");
        }
        try {
            return client.send(request.build(), info -> new StallGuardedBody());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private Duration allowed() throws DownloadException {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
            throw new DownloadException(
                    uri,
                    "Cannot download '" + uri + "': not complete after "
                            + options.total().toSeconds() + " s",
                    AdviceKey.TRY_FASTER_MIRROR.advice(),
                    false,
                    null);
        }
        return left < options.stall().toNanos() ? Duration.ofNanos(left) : options.stall();
    }

    private DownloadException refused(int status) {
        boolean later = status == 408 || status == 429 || status >= 500;
        AdviceKey advice;
        if (status == 404 || status == 410) {
            advice = AdviceKey.CHECK_MIRROR_OR_RUN_AGAIN;
        } else if (status == 401 || status == 403 || status == 407) {
            advice = AdviceKey.CHECK_ACCESS;
        } else if (later) {
            advice = AdviceKey.TRY_LATER;
        } else {
            advice = AdviceKey.CHECK_MIRROR;
        }
        return new DownloadException(
                uri,
                "Cannot download '" + uri + "': status " + status + " (expected 200)",
                advice.advice(),
                later,
                null);
    }

    private DownloadException failed(IOException e) {
        String found;
        AdviceKey advice = AdviceKey.CHECK_NETWORK;
        boolean later = true;
        if (has(e, SSLException.class)) {
            found = "no trusted TLS connection: " + text(e);
            advice = AdviceKey.TRUST_CERTIFICATE;
            later = false;
        } else if (has(e, UnknownHostException.class) || has(e, UnresolvedAddressException.class)) {
            found = "the host name '" + uri.getHost() + "' is not known";
        } else if (has(e, HttpTimeoutException.class)) {
            found = "the server sent nothing for " + options.stall().toSeconds() + " s";
        } else if (has(e, ConnectException.class)) {
            found = "no connection: " + text(e);
        } else {
            found = "the connection broke: " + text(e);
        }
        return new DownloadException(uri, "Cannot download '" + uri + "': " + found, advice.advice(), later, e);
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (type.isInstance(at)) {
                return true;
            }
        }
        return false;
    }

    private static String text(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at.getMessage() != null && !at.getMessage().isBlank()) {
                return at.getMessage();
            }
        }
        return failure.getClass().getSimpleName();
    }
}
