// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.MalformedInputException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A text with its signatures in one file, as in RFC 9580 section 7 (RFC 4880 section 7).
 *
 * <p>Nothing may precede or follow it, so that there is no unsigned text that could be mistaken for signed text.
 */
final class ClearSignedMessage {
    private static final String BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----";
    private static final String SIGNATURE = "-----BEGIN PGP SIGNATURE-----";
    private static final String END = "-----END PGP SIGNATURE-----";

    private final List<byte[]> lines;
    private final byte[] armor;

    private ClearSignedMessage(List<byte[]> lines, byte[] armor) {
        this.lines = lines;
        this.armor = armor;
    }

    static ClearSignedMessage parse(byte[] message, String source) throws MalformedInputException {
        List<byte[]> all = split(message);
        int at = 0;
        if (!is(all, at, BEGIN)) {
            throw new MalformedInputException(source, 0, "the first line is not '" + BEGIN + "'");
        }
        for (at++; at < all.size() && all.get(at).length > 0; at++) {
            if (!text(all.get(at)).startsWith("Hash: ")) {
                throw new MalformedInputException(
                        source, -1, "header '" + text(all.get(at)) + "' before the text (expected only 'Hash: ...')");
            }
        }
        List<byte[]> lines = new ArrayList<>();
        for (at++; at < all.size() && !is(all, at, SIGNATURE); at++) {
            lines.add(unescaped(all.get(at), source));
        }
        int from = at;
        while (at < all.size() && !is(all, at, END)) {
            at++;
        }
        if (at >= all.size()) {
            throw new MalformedInputException(source, message.length, "no '" + (from >= at ? SIGNATURE : END) + "'");
        }
        ByteArrayOutputStream armor = new ByteArrayOutputStream();
        for (byte[] line : all.subList(from, at + 1)) {
            armor.writeBytes(line);
            armor.write('\n');
        }
        for (byte[] line : all.subList(at + 1, all.size())) {
            if (line.length > 0) {
                throw new MalformedInputException(source, -1, "text after the signature: '" + text(line) + "'");
            }
        }
        return new ClearSignedMessage(lines, armor.toByteArray());
    }

    /** The signed bytes: lines without trailing blanks, joined by CR LF, with none after the last line. */
    byte[] signedBytes() {
        return join("\r\n");
    }

    /** Only the signed text. */
    String signedText() {
        return new String(join("\n"), StandardCharsets.UTF_8);
    }

    /** The ASCII armor around the signatures. */
    byte[] armor() {
        return armor.clone();
    }

    private byte[] join(String separator) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < lines.size(); i++) {
            out.writeBytes(i == 0 ? new byte[0] : separator.getBytes(StandardCharsets.US_ASCII));
            out.writeBytes(lines.get(i));
        }
        return out.toByteArray();
    }

    private static byte[] unescaped(byte[] line, String source) throws MalformedInputException {
        for (byte b : line) {
            if (b == '\r' || b == 0) {
                // Readers disagree on whether a carriage return ends a line, so such a text is refused.
                throw new MalformedInputException(source, -1, "a control character in the text");
            }
        }
        if (line.length == 0 || line[0] != '-') {
            return line;
        }
        if (line.length < 2 || line[1] != ' ') {
            throw new MalformedInputException(
                    source, -1, "line '" + text(line) + "' in the text (expected '- ' before '-')");
        }
        return Arrays.copyOfRange(line, 2, line.length);
    }

    /** The lines without their ends and without the blanks before them. */
    private static List<byte[]> split(byte[] message) {
        List<byte[]> lines = new ArrayList<>();
        int from = 0;
        for (int i = 0; i <= message.length; i++) {
            if (i == message.length || message[i] == '\n') {
                int to = i;
                while (to > from && (message[to - 1] == ' ' || message[to - 1] == '\t' || message[to - 1] == '\r')) {
                    to--;
                }
                lines.add(Arrays.copyOfRange(message, from, to));
                from = i + 1;
            }
        }
        return lines;
    }

    private static boolean is(List<byte[]> lines, int at, String wanted) {
        return at < lines.size() && text(lines.get(at)).equals(wanted);
    }

    private static String text(byte[] line) {
        String text = new String(line, StandardCharsets.UTF_8);
        return text.length() <= 80 ? text : text.substring(0, 80) + "...";
    }
}
