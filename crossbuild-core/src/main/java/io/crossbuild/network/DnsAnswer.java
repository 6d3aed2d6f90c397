// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The IPv4 addresses that a name server gives for a name (RFC 1035).
 *
 * @param name as it was asked for, in lower case
 * @param addresses including those of names for which it is an alias
 */
record DnsAnswer(String name, List<Integer> addresses) {
    private static final int HEADER = 12;
    private static final int MAX_RECORDS = 128;
    private static final int MAX_ALIASES = 16;
    private static final int MAX_NAME = 253;
    private static final int ADDRESS = 1;
    private static final int ALIAS = 5;
    private static final int INTERNET = 1;
    /** An answer, to an ordinary query, without an error. */
    private static final int FLAGS = 0x8000;

    private static final int FLAGS_MASK = 0xF80F;

    DnsAnswer {
        addresses = List.copyOf(addresses);
    }

    /** The answer in a part of a buffer; empty if it is none, or malformed. */
    static Optional<DnsAnswer> read(ByteBuffer bytes, int start, int length) {
        if (length < HEADER) {
            return Optional.empty();
        }
        try {
            return new Reader(bytes.slice(start, length)).answer();
        } catch (IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    /** Goes through a message once. */
    private static final class Reader {
        private final ByteBuffer message;
        private final Map<String, String> aliases = new HashMap<>();
        private final Map<String, List<Integer>> found = new HashMap<>();
        private int at = HEADER;

        Reader(ByteBuffer message) {
            this.message = message;
        }

        Optional<DnsAnswer> answer() {
            int records = u16(6);
            if ((u16(2) & FLAGS_MASK) != FLAGS || u16(4) != 1 || records > MAX_RECORDS) {
                return Optional.empty();
            }
            String asked = name();
            if (u16(at) != ADDRESS || u16(at + 2) != INTERNET) {
                return Optional.empty();
            }
            at += 4;
            for (int i = 0; i < records; i++) {
                record();
            }
            List<Integer> addresses = new ArrayList<>();
            String name = asked;
            for (int i = 0; name != null && i < MAX_ALIASES; i++) {
                addresses.addAll(found.getOrDefault(name, List.of()));
                name = aliases.get(name);
            }
            return Optional.of(new DnsAnswer(asked, addresses));
        }

        private void record() {
            String owner = name();
            int type = u16(at);
            boolean internet = u16(at + 2) == INTERNET;
            int size = u16(at + 8);
            int data = at + 10;
            if (data + size > message.limit()) {
                throw new IndexOutOfBoundsException();
            }
            if (internet && type == ADDRESS && size == 4) {
                found.computeIfAbsent(owner, any -> new ArrayList<>()).add(message.getInt(data));
            } else if (internet && type == ALIAS) {
                at = data;
                aliases.putIfAbsent(owner, name());
            }
            at = data + size;
        }

        /** A name, which may continue at an earlier place: each jump must go further back, so that it ends. */
        private String name() {
            StringBuilder name = new StringBuilder();
            int position = at;
            int end = -1;
            int earliest = at;
            while (true) {
                int size = message.get(position) & 0xFF;
                if (size == 0) {
                    at = end < 0 ? position + 1 : end;
                    return name.toString().toLowerCase(Locale.ROOT);
                }
                if (size >= 0xC0) {
                    int target = u16(position) & 0x3FFF;
                    end = end < 0 ? position + 2 : end;
                    if (target >= earliest) {
                        throw new IndexOutOfBoundsException();
                    }
                    earliest = target;
                    position = target;
                    continue;
                }
                if (size > 63 || name.length() + size > MAX_NAME) {
                    throw new IndexOutOfBoundsException();
                }
                name.append(name.length() == 0 ? "" : ".");
                for (int i = 1; i <= size; i++) {
                    name.append(letter(message.get(position + i)));
                }
                position += 1 + size;
            }
        }

        /** A dot inside a label would make it look like two. */
        private static char letter(byte b) {
            return b > ' ' && b < 0x7F && b != '.' ? (char) b : '?';
        }

        private int u16(int index) {
            return message.getShort(index) & 0xFFFF;
        }
    }
}
