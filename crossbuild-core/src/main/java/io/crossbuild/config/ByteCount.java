// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.config;

import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as users write them: "512m", "2g", "1.5 GiB". */
public final class ByteCount {
    /** What a size looks like, for messages. */
    public static final String EXPECTED = "a size such as 512m or 2g";

    private static final String UNITS = "kmgt";
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,12})(?:\\.([0-9]{1,3}))? ?(?:([kmgt])(?:i?b)?|b)?");
    private static final int[] FRACTION = {1, 10, 100, 1000};

    private ByteCount() {}

    /**
     * The number of bytes that a text means, where k, m, g and t, in upper or lower case, are powers of 1024 as in
     * QEMU's options. Empty when the text is not a size or does not fit into a long.
     */
    public static OptionalLong parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!matcher.matches()) {
            return OptionalLong.empty();
        }
        String unit = matcher.group(3);
        long factor = unit == null ? 1 : 1L << (10 * (UNITS.indexOf(unit) + 1));
        String digits = matcher.group(2) == null ? "" : matcher.group(2);
        if (unit == null && !digits.isEmpty()) {
            return OptionalLong.empty();
        }
        try {
            long whole = Math.multiplyExact(Long.parseLong(matcher.group(1)), factor);
            long part = digits.isEmpty() ? 0 : Long.parseLong(digits) * factor / FRACTION[digits.length()];
            return OptionalLong.of(Math.addExact(whole, part));
        } catch (ArithmeticException tooLarge) {
            return OptionalLong.empty();
        }
    }
}
