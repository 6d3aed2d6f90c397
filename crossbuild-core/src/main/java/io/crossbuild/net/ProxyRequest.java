// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The head of a request to a proxy (RFC 9112). Strict: if the next proxy could understand where a request ends in another
 * way, a guest could make it take a later request's login for the body of an earlier one, and send it to any server.
 *
 * @param line the request line
 * @param fields the header fields, one line each
 * @param length the length of the body in bytes; -1 if it is chunked
 */
record ProxyRequest(String line, List<String> fields, long length) {
    private static final int MAX_HEAD_BYTES = 64 << 10;
    private static final int MAX_LINE_BYTES = 8 << 10;
    private static final int MAX_CHUNK_DIGITS = 8;
    private static final String AUTHORIZATION = "proxy-authorization";
    private static final String LENGTH_FIELD = "content-length";
    private static final String CODING_FIELD = "transfer-encoding";
    /** What must not come after a body. */
    private static final Set<String> HEAD_ONLY = Set.of(AUTHORIZATION, LENGTH_FIELD, CODING_FIELD);

    private static final Pattern LINE = Pattern.compile("[A-Z]+ [!-~]+ HTTP/1\\.[01]");
    private static final Pattern FIELD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\\t -~\\x80-\\xFF]*");
    private static final Pattern CHUNK = Pattern.compile("([0-9A-Fa-f]{1," + MAX_CHUNK_DIGITS + "})(;[\\t -~]*)?");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,15}");

    ProxyRequest {
        fields = List.copyOf(fields);
    }

    /** A request that cannot be forwarded. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /** Reads a head; empty at the end of the input. */
    static Optional<ProxyRequest> read(InputStream in) throws IOException {
        String line;
        try {
            line = line(in, MAX_LINE_BYTES);
        } catch (EOFException e) {
            return Optional.empty();
        }
        // TRACE asks a proxy to repeat what it got.
        if (!LINE.matcher(line).matches() || line.startsWith("TRACE ")) {
            throw new RefusedException("a request line is malformed (expected METHOD TARGET HTTP/1.1)");
        }
        List<String> fields = new ArrayList<>();
        int left = MAX_HEAD_BYTES;
        for (String field = line(in, left); !field.isEmpty(); field = line(in, left)) {
            if (!FIELD.matcher(field).matches()) {
                throw new RefusedException("a header field is malformed (expected NAME: VALUE)");
            }
            fields.add(field);
            left -= field.length();
        }
        return Optional.of(new ProxyRequest(line, fields, length(line, fields)));
    }

    private static String line(InputStream in, int most) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("a request ends early");
            }
            if (line.size() >= most) {
                throw new RefusedException("a line of a request is longer than " + most + " bytes");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        if (!text.endsWith("\r")) {
            throw new RefusedException("a line of a request does not end with CR LF");
        }
        return text.substring(0, text.length() - 1);
    }

    private static long length(String line, List<String> fields) throws RefusedException {
        List<String> lengths = values(fields, LENGTH_FIELD);
        List<String> codings = values(fields, CODING_FIELD);
        if (lengths.size() + codings.size() > 1
                || (!codings.isEmpty() && (!codings.get(0).equalsIgnoreCase("chunked") || line.endsWith("HTTP/1.0")))
                || (!lengths.isEmpty() && !LENGTH.matcher(lengths.get(0)).matches())) {
            throw new RefusedException(
                    "the length of a request is ambiguous (expected one Content-Length or 'chunked')");
        }
        return !codings.isEmpty() ? -1 : lengths.isEmpty() ? 0 : Long.parseLong(lengths.get(0));
    }

    private static String name(String field) {
        return field.substring(0, field.indexOf(':')).toLowerCase(Locale.ROOT);
    }

    private static List<String> values(List<String> fields, String name) {
        return fields.stream()
                .filter(field -> name(field).equals(name))
                .map(field -> field.substring(field.indexOf(':') + 1).strip())
                .toList();
    }

    /** Whether it has this login. */
    boolean hasLogin(String login) {
        List<String> given = values(fields, AUTHORIZATION);
        return given.size() == 1
                && MessageDigest.isEqual(
                        given.get(0).getBytes(StandardCharsets.ISO_8859_1),
                        login.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The value of {@code Proxy-Authorization} for Basic authentication (RFC 7617). */
    static String login(String user, String password) {
        byte[] both = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(both);
    }

    /** Whether what follows is not HTTP, or no longer. */
    boolean isTunnel() {
        return line.startsWith("CONNECT ")
                || fields.stream().anyMatch(field -> name(field).equals("upgrade"));
    }

    /** The head with another login. */
    byte[] head(String login) {
        String others = fields.stream()
                .filter(field -> !name(field).equals(AUTHORIZATION))
                .map(field -> field + "\r\n")
                .collect(Collectors.joining());
        String head = line + "\r\n" + others + "Proxy-Authorization: " + login + "\r\n\r\n";
        return head.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Passes its body on. */
    void copyBody(InputStream in, OutputStream out) throws IOException {
        if (length >= 0) {
            copy(in, out, length);
            return;
        }
        while (true) {
            String size = line(in, MAX_LINE_BYTES);
            var chunk = CHUNK.matcher(size);
            if (!chunk.matches()) {
                throw new RefusedException("a chunk begins with a malformed line (expected its size)");
            }
            write(out, size);
            long bytes = Long.parseLong(chunk.group(1), 16);
            if (bytes == 0) {
                copyTrailer(in, out);
                return;
            }
            copy(in, out, bytes);
            if (!line(in, 1).isEmpty()) {
                throw new RefusedException("a chunk is longer than its size");
            }
            write(out, "");
        }
    }

    private static void copyTrailer(InputStream in, OutputStream out) throws IOException {
        int left = MAX_HEAD_BYTES;
        String field;
        do {
            field = line(in, left);
            left -= field.length();
            if (!field.isEmpty() && (!FIELD.matcher(field).matches() || HEAD_ONLY.contains(name(field)))) {
                throw new RefusedException("a field after a body is malformed (expected NAME: VALUE)");
            }
            write(out, field);
        } while (!field.isEmpty());
    }

    private static void write(OutputStream out, String line) throws IOException {
        out.write((line + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    private static void copy(InputStream in, OutputStream out, long bytes) throws IOException {
        byte[] buffer = new byte[MAX_LINE_BYTES];
        for (long left = bytes; left > 0; ) {
            int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
            if (read < 0) {
                throw new EOFException("a request ends early");
            }
            out.write(buffer, 0, read);
            left -= read;
        }
    }
}
