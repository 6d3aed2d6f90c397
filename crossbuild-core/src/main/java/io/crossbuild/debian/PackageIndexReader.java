// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.MalformedInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads a {@code Packages} file line by line and keeps the fields that {@link PackageStanza} reads. */
final class PackageIndexReader {
    private static final int MAX_LINE_BYTES = 1 << 20;
    private static final int MAX_STANZAS = 1 << 20;

    private final String source;
    private final Architecture architecture;
    private final StanzaText text = new StanzaText();
    private final NameTable.Builder names = new NameTable.Builder();
    private final NameTable.Builder provided = new NameTable.Builder();
    private int[] required = new int[64];
    private int requiredCount;

    private final ByteArrayOutputStream rest = new ByteArrayOutputStream();
    private @Nullable String name;
    private String provides = "";
    private boolean isRequired;
    private boolean keeping;

    PackageIndexReader(String source, Architecture architecture) {
        this.source = source;
        this.architecture = architecture;
    }

    PackageList read(InputStream in) throws IOException, MalformedInputException {
        byte[] buffer = new byte[64 * 1024];
        ByteArrayOutputStream pending = new ByteArrayOutputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            int from = 0;
            for (int i = 0; i < n; i++) {
                if (buffer[i] == '\n') {
                    if (pending.size() == 0) {
                        line(buffer, from, i - from);
                    } else {
                        pending.write(buffer, from, i - from);
                        line(pending.toByteArray(), 0, pending.size());
                        pending.reset();
                    }
                    from = i + 1;
                }
            }
            pending.write(buffer, from, n - from);
            if (pending.size() > MAX_LINE_BYTES) {
                throw new MalformedInputException(source, -1, "a line is longer than " + MAX_LINE_BYTES + " bytes");
            }
        }
        if (pending.size() > 0) {
            line(pending.toByteArray(), 0, pending.size());
        }
        endStanza();
        return new PackageList(
                source, architecture, text, names.build(), provided.build(), Arrays.copyOf(required, requiredCount));
    }

    private void line(byte[] bytes, int from, int length) throws MalformedInputException {
        if (length == 0) {
            endStanza();
            return;
        }
        if (bytes[from] == ' ' || bytes[from] == '\t') {
            if (keeping) {
                keep(bytes, from, length);
            }
            return;
        }
        int colon = from;
        while (colon < from + length && bytes[colon] != ':') {
            colon++;
        }
        if (colon == from + length) {
            throw new MalformedInputException(source, -1, "a line without a field name after package '" + name + "'");
        }
        String field = new String(bytes, from, colon - from, StandardCharsets.UTF_8).toLowerCase(Locale.ROOT);
        keeping = PackageStanza.FIELDS.contains(field) && !field.equals("package");
        if (keeping) {
            keep(bytes, from, length);
        }
        switch (field) {
            case "package" -> {
                if (name != null) {
                    throw new MalformedInputException(source, -1, "field 'Package' appears twice in '" + name + "'");
                }
                name = value(bytes, colon, from + length);
            }
            case "provides" -> provides = value(bytes, colon, from + length);
            case "essential" -> isRequired |= value(bytes, colon, from + length).equalsIgnoreCase("yes");
            case "priority" -> isRequired |= value(bytes, colon, from + length).equals("required");
            default -> {
                // Parsed when the package is requested.
            }
        }
    }

    private void keep(byte[] bytes, int from, int length) throws MalformedInputException {
        rest.write(bytes, from, length);
        rest.write('\n');
        if (rest.size() > MAX_LINE_BYTES) {
            throw new MalformedInputException(
                    source, -1, "package '" + name + "' has more than " + MAX_LINE_BYTES + " bytes");
        }
    }

    private static String value(byte[] bytes, int colon, int end) {
        return new String(bytes, colon + 1, end - colon - 1, StandardCharsets.UTF_8).strip();
    }

    private void endStanza() throws MalformedInputException {
        if (name == null) {
            if (rest.size() > 0) {
                throw new MalformedInputException(source, -1, "a paragraph without the field 'Package'");
            }
            return;
        }
        if (text.count() >= MAX_STANZAS) {
            throw new MalformedInputException(source, -1, "more than " + MAX_STANZAS + " packages");
        }
        int number = text.count();
        byte[] first = ("Package: " + name + "\n").getBytes(StandardCharsets.UTF_8);
        byte[] stanza = Arrays.copyOf(first, first.length + rest.size());
        System.arraycopy(rest.toByteArray(), 0, stanza, first.length, rest.size());
        text.add(stanza, stanza.length, source);
        names.add(name, number);
        for (String one : provides.split(",")) {
            String virtual = one.strip().split("[\\s(:\\[]", 2)[0];
            if (!virtual.isEmpty()) {
                provided.add(virtual, number);
            }
        }
        if (isRequired) {
            if (requiredCount == required.length) {
                required = Arrays.copyOf(required, requiredCount * 2);
            }
            required[requiredCount++] = number;
        }
        rest.reset();
        name = null;
        provides = "";
        isRequired = false;
        keeping = false;
    }
}
