// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Splits terminal-like output into lines as it arrives.
 *
 * <p>A line ends at LF, or at CR LF. A lone CR starts the line again, as on a terminal: of a progress bar that rewrites
 * itself only the last state is reported. A line of more than {@value #MAX_LINE_LENGTH} characters is reported in
 * pieces. Bytes that are not UTF-8 become U+FFFD.
 */
public final class LineSplitter implements OutputSink {
    static final int MAX_LINE_LENGTH = 8192;

    private final Consumer<String> lines;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private final ByteBuffer undecoded = ByteBuffer.allocate(4096 + 8);
    private final CharBuffer decoded = CharBuffer.allocate(4096 + 8);
    private final StringBuilder line = new StringBuilder();
    private boolean afterReturn;

    private LineSplitter(Consumer<String> lines) {
        this.lines = lines;
    }

    /** @param lines receives each line without its end */
    public static LineSplitter to(Consumer<String> lines) {
        return new LineSplitter(lines);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        for (int done = 0; done < length; ) {
            int n = Math.min(length - done, undecoded.remaining());
            undecoded.put(bytes, offset + done, n);
            done += n;
            decode(false);
        }
    }

    /** Reports the text after the last line end, if there is any. */
    @Override
    public void end() {
        decode(true);
        decoder.flush(decoded);
        drain();
        if (line.length() > 0) {
            tell();
        }
    }

    /** Keeps the bytes of an incomplete character, at most three, for the next call. */
    private void decode(boolean end) {
        undecoded.flip();
        CoderResult result = decoder.decode(undecoded, decoded, end);
        drain();
        if (result.isOverflow()) {
            throw new IllegalStateException("a decoder made more characters than bytes");
        }
        undecoded.compact();
    }

    private void drain() {
        decoded.flip();
        while (decoded.hasRemaining()) {
            take(decoded.get());
        }
        decoded.clear();
    }

    private void take(char c) {
        if (c == '\n') {
            tell();
            afterReturn = false;
            return;
        }
        if (afterReturn && c != '\r') {
            line.setLength(0);
            afterReturn = false;
        }
        if (c == '\r') {
            afterReturn = true;
        } else {
            line.append(c);
            // A surrogate pair is not split.
            if (line.length() >= MAX_LINE_LENGTH && !Character.isHighSurrogate(c)) {
                tell();
            }
        }
    }

    private void tell() {
        String whole = line.toString();
        line.setLength(0);
        lines.accept(whole);
    }
}
