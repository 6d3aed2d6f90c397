// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso.hint;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** The zero-terminated texts in a program, as strings(1) finds them; each is read through a window of bounded size. */
final class EmbeddedStrings {
    private static final int WINDOW_BYTES = 1 << 20;
    private static final int MIN_LENGTH = 4;
    private static final int MAX_LENGTH = 4096;

    private EmbeddedStrings() {}

    /** @param firstBytes what the texts begin with that are wanted, in ASCII; others cost next to nothing */
    static void scan(FileContent content, String firstBytes, Consumer<String> visitor)
            throws IOException, CrossbuildException {
        boolean[] first = new boolean[0x7F];
        firstBytes.chars().forEach(c -> first[c] = true);
        ByteBuffer window = ByteBuffer.allocate((int) Math.max(1, Math.min(WINDOW_BYTES, content.sizeBytes())));
        byte[] text = new byte[MAX_LENGTH];
        boolean wanted = false;
        int length = 0;
        for (long at = 0; content.read(window.clear(), at) > 0; at += window.position()) {
            byte[] bytes = window.array();
            int end = window.position();
            for (int i = 0; i < end; i++) {
                byte b = bytes[i];
                if (b < 0x20 || b == 0x7F) {
                    if (wanted && b == 0 && length >= MIN_LENGTH && length <= MAX_LENGTH) {
                        visitor.accept(new String(text, 0, length, StandardCharsets.US_ASCII));
                    }
                    wanted = false;
                    length = 0;
                } else {
                    if (length == 0) {
                        wanted = first[b];
                    }
                    if (wanted && length < MAX_LENGTH) {
                        text[length] = b;
                    }
                    length++;
                }
            }
        }
    }
}
