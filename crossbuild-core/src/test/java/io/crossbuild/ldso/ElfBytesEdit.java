// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.opentest4j.AssertionFailedError;

/** Changes to the dynamic section of a 64-bit little-endian file that no link editor would write. */
final class ElfBytesEdit {
    private final byte[] content;
    private final ByteBuffer data;

    ElfBytesEdit(byte[] content) {
        this.content = content;
        this.data = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Changes the tag and value of an entry. */
    void replaceTag(long from, long to, long value) {
        int at = dynamic();
        for (; data.getLong(at) != 0; at += 16) {
            if (data.getLong(at) == from) {
                data.putLong(at, to);
                data.putLong(at + 8, value);
                return;
            }
        }
        throw new AssertionFailedError("no tag " + from);
    }

    /** The index of a text in the dynamic string table. */
    long stringIndex(String text) {
        for (int at = dynamic(); data.getLong(at) != 0; at += 16) {
            if (data.getLong(at) == 5) {
                // The first loaded segment of these files starts at offset and address 0.
                return indexOf(content, text, 0) - data.getLong(at + 8);
            }
        }
        throw new AssertionFailedError("no string table");
    }

    private int dynamic() {
        long headers = data.getLong(32);
        for (int i = 0; i < data.getShort(56); i++) {
            int at = (int) headers + 56 * i;
            if (data.getInt(at) == 2) {
                return (int) data.getLong(at + 8);
            }
        }
        throw new AssertionFailedError("no dynamic segment");
    }

    static int indexOf(byte[] content, String text, int from) {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        for (int i = from; i <= content.length - wanted.length; i++) {
            int k = 0;
            while (k < wanted.length && content[i + k] == wanted[k]) {
                k++;
            }
            if (k == wanted.length) {
                return i;
            }
        }
        throw new AssertionFailedError("no text '" + text + "'");
    }
}
