// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.MalformedInputException;

/**
 * The version of a package, {@code [epoch:]upstream[-revision]}, ordered as in Debian Policy 5.6.12.
 *
 * <p>Different texts may be equal in order, such as {@code 1.0} and {@code 1.00}; equals compares the texts.
 */
public final class DebianVersion implements Comparable<DebianVersion> {
    private final String text;
    private final int epoch;
    private final String upstream;
    private final String revision;

    private DebianVersion(String text, int epoch, String upstream, String revision) {
        this.text = text;
        this.epoch = epoch;
        this.upstream = upstream;
        this.revision = revision;
    }

    /**
     * Reads a version.
     *
     * @throws MalformedInputException when the epoch is not a number below 2^31, the upstream version is missing or
     *     Policy does not allow a character
     */
    public static DebianVersion parse(String text) throws MalformedInputException {
        int colon = text.indexOf(':');
        int epoch = colon < 0 ? 0 : epoch(text, colon);
        String rest = text.substring(colon + 1);
        int dash = rest.lastIndexOf('-');
        String upstream = dash < 0 ? rest : rest.substring(0, dash);
        String revision = dash < 0 ? "" : rest.substring(dash + 1);
        if (upstream.isEmpty() || (dash >= 0 && revision.isEmpty())) {
            throw malformed(text, "a part of the version is empty");
        }
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            boolean inUpstreamOnly = c == '-' || c == ':';
            if (!isDigit(c) && !isLetter(c) && ".+~".indexOf(c) < 0 && !(inUpstreamOnly && i <= upstream.length())) {
                throw malformed(text, "character '" + c + "' (expected letters, digits and . + - : ~)");
            }
        }
        return new DebianVersion(text, epoch, upstream, revision);
    }

    private static int epoch(String text, int colon) throws MalformedInputException {
        if (colon == 0 || colon > 10) {
            throw malformed(text, "epoch '" + text.substring(0, colon) + "' (expected a number)");
        }
        long epoch = 0;
        for (int i = 0; i < colon; i++) {
            if (!isDigit(text.charAt(i))) {
                throw malformed(text, "epoch '" + text.substring(0, colon) + "' (expected a number)");
            }
            epoch = epoch * 10 + (text.charAt(i) - '0');
        }
        if (epoch > Integer.MAX_VALUE) {
            throw malformed(text, "epoch " + epoch + " (expected less than 2147483648)");
        }
        return (int) epoch;
    }

    private static MalformedInputException malformed(String text, String problem) {
        return new MalformedInputException("version " + text, -1, problem);
    }

    @Override
    public int compareTo(DebianVersion other) {
        if (epoch != other.epoch) {
            return Integer.compare(epoch, other.epoch);
        }
        int byUpstream = compareParts(upstream, other.upstream);
        // No revision equals revision 0; the order of an empty text has that effect.
        return byUpstream != 0 ? byUpstream : compareParts(revision, other.revision);
    }

    /** Alternately compares a text without digits and a number, until there is a difference. */
    private static int compareParts(String a, String b) {
        int i = 0;
        int j = 0;
        while (i < a.length() || j < b.length()) {
            while ((i < a.length() && !isDigit(a.charAt(i))) || (j < b.length() && !isDigit(b.charAt(j)))) {
                int order = Integer.compare(order(a, i), order(b, j));
                if (order != 0) {
                    return order;
                }
                i++;
                j++;
            }
            i = skipZeros(a, i);
            j = skipZeros(b, j);
            int firstDifference = 0;
            while (i < a.length() && isDigit(a.charAt(i)) && j < b.length() && isDigit(b.charAt(j))) {
                if (firstDifference == 0) {
                    firstDifference = Character.compare(a.charAt(i), b.charAt(j));
                }
                i++;
                j++;
            }
            if (i < a.length() && isDigit(a.charAt(i))) {
                return 1;
            }
            if (j < b.length() && isDigit(b.charAt(j))) {
                return -1;
            }
            if (firstDifference != 0) {
                return firstDifference;
            }
        }
        return 0;
    }

    private static int skipZeros(String text, int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) == '0') {
            i++;
        }
        return i;
    }

    /**
     * Tilde comes before the end of the text, the end before letters, letters before everything else. A digit ends the
     * text part.
     */
    private static int order(String text, int at) {
        if (at >= text.length() || isDigit(text.charAt(at))) {
            return 0;
        }
        char c = text.charAt(at);
        if (c == '~') {
            return -1;
        }
        return isLetter(c) ? c : c + 256;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DebianVersion that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
