// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.event;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes a guest's text safe to show on a terminal. */
public final class TerminalText {
    /** Terminal sequences as in ECMA-48: control sequences, operating system commands, two-byte escapes. */
    private static final Pattern ESCAPES =
            Pattern.compile("\u001b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?|[ -/]*[0-~])");

    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}&&[^\t]]");

    /**
     * Characters that show nothing and change how others are shown, such as their direction (Unicode TR 36). Those that
     * join letters and emojis, and the optional hyphen, do no harm in a text.
     */
    private static final Pattern DECEIVING = Pattern.compile("[\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}&&[^\u200c\u200d\u00ad]]");

    private TerminalText() {}

    /**
     * A line without terminal sequences and control characters, with which a guest could deceive the reader; characters
     * that change the direction of others, or hide, are escaped as in {@link #visible}.
     */
    public static String plain(String line) {
        String text = ESCAPES.matcher(line).replaceAll("");
        // Progress bars overwrite themselves: only the last state counts.
        String last = text.strip().isEmpty() ? text : text.stripTrailing();
        String shown =
                CONTROLS.matcher(last.substring(last.lastIndexOf('\r') + 1)).replaceAll("");
        return isAscii(shown)
                ? shown
                : DECEIVING.matcher(shown).replaceAll(found -> Matcher.quoteReplacement(visible(found.group())));
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    /**
     * A name in a form that can be shown. Characters that a terminal would interpret, hide or write in another
     * direction are escaped: {@code \xHH} for a control character or a byte that is not UTF-8, {@code <U+HHHH>} for
     * others.
     */
    public static String visible(String name) {
        int at = 0;
        while (at < name.length() && isPlain(name.charAt(at))) {
            at++;
        }
        if (at == name.length()) {
            return name;
        }
        StringBuilder text = new StringBuilder();
        name.codePoints().forEach(c -> {
            int type = Character.getType(c);
            if (type == Character.CONTROL) {
                text.append(String.format("\\x%02X", c));
            } else if (c >= 0xDC80 && c <= 0xDCFF) {
                // A byte that is not UTF-8 (tree.NameCodec).
                text.append(String.format("\\x%02X", c - 0xDC00));
            } else if (type == Character.FORMAT
                    || type == Character.SURROGATE
                    || type == Character.PRIVATE_USE
                    || type == Character.UNASSIGNED
                    || type == Character.LINE_SEPARATOR
                    || type == Character.PARAGRAPH_SEPARATOR) {
                text.append(String.format("<U+%04X>", c));
            } else {
                text.appendCodePoint(c);
            }
        });
        return text.toString();
    }

    private static boolean isPlain(char c) {
        return c >= 0x20 && c < 0x7F;
    }
}
