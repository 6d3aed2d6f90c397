// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/** Replaces secrets by {@code ***} in what programs print. */
public final class SecretMask {
    /** Replaces nothing. */
    public static final SecretMask NONE = of(List.of());

    private static final byte[] STARS = "***".getBytes(StandardCharsets.US_ASCII);

    /** The longest first. */
    private final List<byte[]> forms;

    private final byte[][][] byFirst;

    private SecretMask(List<byte[]> forms) {
        this.forms = forms;
        this.byFirst = SecretForms.byFirst(forms);
    }

    /** A mask for these values, in all their {@linkplain SecretForms forms}. */
    public static SecretMask of(Collection<String> values) {
        return new SecretMask(SecretForms.bytes(values));
    }

    /** A text without secrets. */
    public String apply(String text) {
        if (forms.isEmpty()) {
            return text;
        }
        BoundedSink masked = new BoundedSink(Long.MAX_VALUE);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try {
            OutputSink sink = over(masked);
            sink.write(bytes, 0, bytes.length);
            sink.end();
        } catch (IOException e) {
            throw new IllegalStateException("a sink in memory failed", e);
        }
        return new String(masked.bytes(), StandardCharsets.UTF_8);
    }

    /**
     * A sink that passes everything on without secrets, even if a secret arrives in pieces. What may be the beginning
     * of one is passed on as soon as it turns out to be none, and at the latest at the end.
     */
    public OutputSink over(OutputSink next) {
        return forms.isEmpty() ? next : new Masking(next);
    }

    private final class Masking implements OutputSink {
        private final OutputSink next;
        private byte[] held = {};

        Masking(OutputSink next) {
            this.next = next;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            byte[] all = new byte[held.length + length];
            System.arraycopy(held, 0, all, 0, held.length);
            System.arraycopy(bytes, offset, all, held.length, length);
            int passed = pass(all, false);
            held = new byte[all.length - passed];
            System.arraycopy(all, passed, held, 0, held.length);
        }

        @Override
        public void end() throws IOException {
            pass(held, true);
            held = new byte[0];
            next.end();
        }

        /** @return how many bytes are done */
        private int pass(byte[] in, boolean last) throws IOException {
            int from = 0;
            int at = 0;
            while (at < in.length) {
                int found = find(in, at, last);
                if (found == 0) {
                    at++;
                    continue;
                }
                tell(in, from, at);
                if (found < 0) {
                    return at;
                }
                next.write(STARS, 0, STARS.length);
                at += found;
                from = at;
            }
            tell(in, from, at);
            return at;
        }

        private void tell(byte[] in, int from, int to) throws IOException {
            if (to > from) {
                next.write(in, from, to - from);
            }
        }

        /** @return the length of the form at a place; 0 for none, -1 if more bytes are necessary to know */
        private int find(byte[] in, int at, boolean last) {
            for (byte[] form : byFirst[in[at] & 0xFF]) {
                int common = SecretForms.common(in, at, in.length, form);
                if (common == form.length) {
                    return common;
                }
                if (common == in.length - at && !last) {
                    return -1;
                }
            }
            return 0;
        }
    }
}
