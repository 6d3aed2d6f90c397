// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script.shell;

/** A position in the text of a shell script. */
public final class ShellText {
    /** The result of {@link #peek()} at the end of the text; a build file never contains a NUL. */
    static final char END = '\0';

    private final String text;
    private int position;

    public ShellText(String text) {
        this.text = text;
    }

    public int position() {
        return position;
    }

    public void moveTo(int newPosition) {
        position = newPosition;
    }

    public boolean atEnd() {
        return position >= text.length();
    }

    char peek() {
        return peek(0);
    }

    char peek(int ahead) {
        int index = position + ahead;
        return index >= 0 && index < text.length() ? text.charAt(index) : END;
    }

    boolean looksAt(String expected) {
        return text.startsWith(expected, position);
    }

    /** Moves past the expected text if it is next. */
    boolean accept(String expected) {
        boolean found = looksAt(expected);
        if (found) {
            position += expected.length();
        }
        return found;
    }

    public void skip(int count) {
        position = Math.min(text.length(), position + count);
    }

    public String from(int start) {
        return text.substring(start, position);
    }

    /** Moves to the next line feed or the end. */
    public void skipToLineEnd() {
        int end = text.indexOf('\n', position);
        position = end < 0 ? text.length() : end;
    }

    /**
     * Moves to where the next word may start: past spaces, tabs and continued lines, then past a comment, but not past
     * its line feed. A backslash at the end of a comment does not continue it.
     */
    void skipBlanks() {
        while (true) {
            char c = peek();
            if (c == ' ' || c == '\t') {
                position++;
            } else if (c == '\\' && peek(1) == '\n') {
                position += 2;
            } else {
                break;
            }
        }
        if (peek() == '#') {
            skipToLineEnd();
        }
    }

    /** Whether the character ends a word that no quote protects (the metacharacters of bash(1)). */
    static boolean endsWord(char c) {
        return switch (c) {
            case ' ', '\t', '\n', ';', '&', '|', '(', ')', '<', '>', END -> true;
            default -> false;
        };
    }

    /** The word at the position if it has only characters of reserved words; otherwise an empty string. */
    String reservedWord() {
        int length = 0;
        while (isReservedCharacter(peek(length))) {
            length++;
        }
        int after = length;
        while (peek(after) == '\\' && peek(after + 1) == '\n') {
            after += 2;
        }
        return endsWord(peek(after)) ? text.substring(position, position + length) : "";
    }

    private static boolean isReservedCharacter(char c) {
        return (c >= 'a' && c <= 'z') || c == '{' || c == '}' || c == '!' || c == '[' || c == ']';
    }
}
