// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.util.Optional;

/**
 * IPv4 addresses that begin with the same bits.
 *
 * @param first the first address, as a number in network order; all bits after the first {@code bits} are zero
 * @param bits 0 to 32; 32 for a single address
 */
public record AddressRange(int first, int bits) {
    public AddressRange {
        if (bits < 0 || bits > Integer.SIZE || (first & ~mask(bits)) != 0) {
            throw new IllegalArgumentException(text(first) + "/" + bits + " is not a range of addresses");
        }
    }

    /** The range that a text such as "192.168.0.0/16" or "10.1.2.3" names; empty if it is none. */
    public static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        String bits = slash < 0 ? "32" : text.substring(slash + 1);
        String[] parts = address.split("\\.", -1);
        if (parts.length != Integer.BYTES || !bits.matches("[0-9]{1,2}") || Integer.parseInt(bits) > Integer.SIZE) {
            return Optional.empty();
        }
        int first = 0;
        for (String part : parts) {
            // A leading zero means an octal number to some programs.
            if (!part.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(part) > 255) {
                return Optional.empty();
            }
            first = first << Byte.SIZE | Integer.parseInt(part);
        }
        int length = Integer.parseInt(bits);
        return (first & ~mask(length)) == 0 ? Optional.of(new AddressRange(first, length)) : Optional.empty();
    }

    /** As {@link #parse}, for a text that is known to be a range. */
    public static AddressRange of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("'" + text + "' is no range of addresses"));
    }

    private static int mask(int bits) {
        return bits == 0 ? 0 : -1 << (Integer.SIZE - bits);
    }

    /** Whether an address is one of them. */
    public boolean contains(int address) {
        return (address & mask(bits)) == first;
    }

    /** An address such as "10.1.2.3". */
    public static String text(int address) {
        return (address >>> 24) + "." + (address >>> 16 & 0xFF) + "." + (address >>> 8 & 0xFF) + "." + (address & 0xFF);
    }

    /** As {@link #parse} reads it. */
    public String text() {
        return bits == Integer.SIZE ? text(first) : text(first) + "/" + bits;
    }

    @Override
    public String toString() {
        return text();
    }
}
