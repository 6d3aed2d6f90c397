// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How programs write a secret without meaning to: as it is, line by line, quoted for a shell, in JSON, in XML, in a URL,
 * or in Base64 as in HTTP's Basic authentication. A program that wants to disguise it further can.
 */
public final class SecretForms {
    /** Shorter texts are everywhere by chance. */
    private static final int TELLING_LENGTH = 8;

    private static final Pattern HEX = Pattern.compile("%[0-9A-F]{2}");

    private static final int PIECE_BYTES = 1 << 20;

    private SecretForms() {}

    /** All forms of a value, itself included. */
    static Set<String> of(String value) {
        Set<String> forms = new LinkedHashSet<>();
        forms.add(value);
        forms.add(value.strip());
        value.lines().map(String::strip).filter(SecretForms::isTelling).forEach(forms::add);
        for (String text : List.copyOf(forms)) {
            forms.add(text.replace("'", "'\\''"));
            // bash(1), "Double Quotes" and "QUOTING", as "declare -p" and "set -x" print them.
            forms.add(text.replaceAll("([\"$`\\\\])", "\\\\$1"));
            String single = escaped(text).replace("'", "\\'");
            forms.add(single);
            forms.add(octal(single));
            String json = escaped(text).replace("\"", "\\\"");
            forms.add(json);
            forms.add(unicode(json, "\\u%04x"));
            forms.add(unicode(json, "\\u%04X"));
            addMarkup(text, forms);
            addUrl(text, forms);
        }
        addBase64(value, forms);
        return forms;
    }

    /** As in C, and in a JSON string but for quotes. */
    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("\n", "\\n")
                .replace("\r", "\\r")
                .replace("\t", "\\t");
    }

    /** As bash does in {@code $'...'} if the locale is C. */
    private static String octal(String text) {
        StringBuilder octal = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            octal.append(b >= 0 ? String.valueOf((char) b) : String.format(Locale.ROOT, "\\%03o", b & 0xFF));
        }
        return octal.toString();
    }

    /** As many programs do in JSON, to be safe. */
    private static String unicode(String text, String format) {
        StringBuilder ascii = new StringBuilder();
        text.chars().forEach(c -> ascii.append(c < 0x80 ? (char) c : String.format(Locale.ROOT, format, c)));
        return ascii.toString();
    }

    /** In an XML or HTML text, and in an attribute. */
    private static void addMarkup(String text, Set<String> forms) {
        String plain = text.replace("&", "&amp;").replace("<", "&lt;");
        for (String marked : List.of(plain, plain.replace(">", "&gt;"))) {
            forms.add(marked);
            forms.add(marked.replace("\"", "&quot;"));
            forms.add(marked.replace("\"", "&quot;").replace("'", "&apos;"));
            forms.add(marked.replace("\"", "&quot;").replace("'", "&#39;"));
        }
    }

    /** As HTML forms, RFC 3986 and JavaScript do; some programs have small letters after %. */
    private static void addUrl(String text, Set<String> forms) {
        String form = URLEncoder.encode(text, StandardCharsets.UTF_8);
        String generic = form.replace("+", "%20");
        String strict = generic.replace("*", "%2A").replace("%7E", "~");
        String script = generic.replace("%7E", "~")
                .replace("%21", "!")
                .replace("%27", "'")
                .replace("%28", "(")
                .replace("%29", ")");
        for (String encoded : List.of(form, generic, strict, script)) {
            forms.add(encoded);
            forms.add(HEX.matcher(encoded).replaceAll(hex -> hex.group().toLowerCase(Locale.ROOT)));
        }
    }

    /** Three bytes become four characters, so the form depends on how many bytes are before the value. */
    private static void addBase64(String value, Set<String> forms) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        for (int before = 0; before < 3; before++) {
            byte[] shifted = new byte[before + bytes.length];
            System.arraycopy(bytes, 0, shifted, before, bytes.length);
            String text = Base64.getEncoder().withoutPadding().encodeToString(shifted);
            // The characters that bytes before or after the value would change are left out.
            int from = before == 0 ? 0 : before + 1;
            int to = shifted.length / 3 * 4;
            if (to - from >= TELLING_LENGTH) {
                // Usually nothing comes after the value.
                for (String form : List.of(text.substring(from), text.substring(from, to))) {
                    forms.add(form);
                    forms.add(form.replace('+', '-').replace('/', '_'));
                }
            }
        }
    }

    private static boolean isTelling(String text) {
        return text.length() >= TELLING_LENGTH;
    }

    /** Whether a text contains a value of at least eight characters. */
    public static boolean areIn(String text, String value) {
        return of(value).stream().filter(SecretForms::isTelling).anyMatch(text::contains);
    }

    /** Whether a file contains a value of at least eight bytes. */
    public static boolean areIn(Path file, String value) throws IOException {
        List<byte[]> forms = bytes(List.of(value)).stream()
                .filter(form -> form.length >= TELLING_LENGTH)
                .toList();
        if (forms.isEmpty()) {
            return false;
        }
        byte[][][] byFirst = byFirst(forms);
        int overlap = forms.get(0).length - 1;
        byte[] buffer = new byte[overlap + PIECE_BYTES];
        int kept = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int read = in.read(buffer); read > 0; read = in.read(buffer, kept, buffer.length - kept)) {
                int end = kept + read;
                for (int i = 0; i < end; i++) {
                    if (startsAny(buffer, i, end, byFirst[buffer[i] & 0xFF])) {
                        return true;
                    }
                }
                kept = Math.min(overlap, end);
                System.arraycopy(buffer, end - kept, buffer, 0, kept);
            }
        }
        return false;
    }

    private static boolean startsAny(byte[] in, int at, int end, byte[][] forms) {
        for (byte[] form : forms) {
            if (end - at >= form.length && common(in, at, end, form) == form.length) {
                return true;
            }
        }
        return false;
    }

    /** How many bytes of a form are at a place. */
    static int common(byte[] in, int at, int end, byte[] form) {
        int length = Math.min(form.length, end - at);
        for (int i = 0; i < length; i++) {
            if (in[at + i] != form[i]) {
                return i;
            }
        }
        return length;
    }

    /** All forms of some values in UTF-8, the longest first. */
    static List<byte[]> bytes(Collection<String> values) {
        Set<String> all = new LinkedHashSet<>();
        values.forEach(value -> all.addAll(of(value)));
        return all.stream()
                .filter(form -> !form.isEmpty())
                .map(form -> form.getBytes(StandardCharsets.UTF_8))
                .sorted((a, b) -> b.length - a.length)
                .toList();
    }

    /** The forms that begin with each byte, in the same order: a long key has hundreds, one or more for each line. */
    static byte[][][] byFirst(List<byte[]> forms) {
        byte[][][] all = new byte[256][][];
        for (int i = 0; i < all.length; i++) {
            byte first = (byte) i;
            all[i] = forms.stream().filter(form -> form[0] == first).toArray(byte[][]::new);
        }
        return all;
    }
}
