// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script.shell;

/**
 * Finds the end of a word: quotes, expansions and what they nest (bash(1), QUOTING and EXPANSION). Where bash(1) is
 * unspecific, as about a quote inside {@code $((...))}, it does what bash 5.2 does.
 */
final class WordScanner {
    private final ShellText in;
    private final CommandScanner commands;

    WordScanner(ShellText in, CommandScanner commands) {
        this.in = in;
        this.commands = commands;
    }

    /** Reads an ordinary word, which may be empty. */
    void word() throws BrokenStepException, UnexpectedTokenException {
        word(false);
    }

    /**
     * Reads a word where an assignment is possible, so that {@code a[1 + 1]=x} is one word.
     */
    void assignmentOrWord() throws BrokenStepException, UnexpectedTokenException {
        int length = 0;
        while (isNameCharacter(in.peek(length), length == 0)) {
            length++;
        }
        if (length > 0 && in.peek(length) == '[') {
            in.skip(length);
            pair('[', ']', false, "subscript");
        }
        word(false);
    }

    private static boolean isNameCharacter(char c, boolean first) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (!first && c >= '0' && c <= '9');
    }

    /** Reads the right-hand side of {@code =~}, in which parentheses and bars are part of the word. */
    void regex() throws BrokenStepException, UnexpectedTokenException {
        word(true);
    }

    private void word(boolean regex) throws BrokenStepException, UnexpectedTokenException {
        while (!in.atEnd()) {
            char c = in.peek();
            if (quoteOrExpansion()) {
                continue;
            }
            if (c == '(' && (regex || startsGroup(in.peek(-1)))) {
                group(regex);
            } else if (ShellText.endsWord(c) && !(regex && c == '|')) {
                return;
            } else {
                in.skip(1);
            }
        }
    }

    /** An array's value after {@code =} or an extended pattern such as {@code !(x)}. */
    private static boolean startsGroup(char before) {
        return before == '=' || before == '?' || before == '*' || before == '+' || before == '@' || before == '!';
    }

    private void group(boolean regex) throws BrokenStepException, UnexpectedTokenException {
        if (regex || in.peek(-1) != '=') {
            pair('(', ')', false, "pattern");
            return;
        }
        int start = in.position();
        commands.enter(start);
        in.skip(1);
        while (true) {
            commands.skipLines();
            if (in.atEnd()) {
                throw BrokenStepException.unterminated("array", start, "')'");
            }
            if (in.accept(")")) {
                commands.leave();
                return;
            }
            int before = in.position();
            word(false);
            if (in.position() == before) {
                throw new UnexpectedTokenException();
            }
        }
    }

    /** Reads one quoted or expanded part, or nothing. */
    private boolean quoteOrExpansion() throws BrokenStepException, UnexpectedTokenException {
        switch (in.peek()) {
            case '\\' -> in.skip(2);
            case '\'' -> singleQuotes();
            case '"' -> doubleQuotes();
            case '`' -> backquotes();
            case '$' -> dollar(true);
            case '<', '>' -> {
                if (in.peek(1) != '(') {
                    return false;
                }
                in.skip(1);
                commands.substitution("process substitution");
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private void singleQuotes() throws BrokenStepException {
        int start = in.position();
        in.skip(1);
        while (in.peek() != '\'') {
            step(start, "quote '", "another '");
        }
        in.skip(1);
    }

    private void escapedQuotes() throws BrokenStepException {
        int start = in.position();
        in.skip(1);
        while (in.peek() != '\'') {
            in.skip(in.peek() == '\\' ? 1 : 0);
            step(start, "quote '", "another '");
        }
        in.skip(1);
    }

    private void doubleQuotes() throws BrokenStepException, UnexpectedTokenException {
        int start = in.position();
        in.skip(1);
        while (in.peek() != '"') {
            switch (in.peek()) {
                case '`' -> backquotes();
                case '$' -> dollar(false);
                default -> {
                    in.skip(in.peek() == '\\' ? 1 : 0);
                    step(start, "quote \"", "another \"");
                }
            }
        }
        in.skip(1);
    }

    /** In backquotes only the backslash protects. */
    private void backquotes() throws BrokenStepException {
        int start = in.position();
        in.skip(1);
        while (in.peek() != '`') {
            in.skip(in.peek() == '\\' ? 1 : 0);
            step(start, "quote `", "another `");
        }
        in.skip(1);
    }

    private void step(int start, String construct, String closer) throws BrokenStepException {
        if (in.atEnd()) {
            throw BrokenStepException.unterminated(construct, start, closer);
        }
        in.skip(1);
    }

    private void dollar(boolean quotesAllowed) throws BrokenStepException, UnexpectedTokenException {
        in.skip(1);
        switch (in.peek()) {
            case '(' -> commands.substitution("command substitution");
            case '{' -> pair('{', '}', true, "parameter expansion");
            case '[' -> pair('[', ']', false, "arithmetic expansion");
            case '\'' -> {
                if (quotesAllowed) {
                    escapedQuotes();
                }
            }
            case '$' -> in.skip(1);
            default -> {
                // a lone dollar sign, or a parameter's name, which needs no special treatment
            }
        }
    }

    /**
     * Reads from an opening character to the matching closing one.
     *
     * @param firstCloses whether openers inside are ignored, as inside {@code ${}}
     */
    void pair(char open, char close, boolean firstCloses, String construct)
            throws BrokenStepException, UnexpectedTokenException {
        commands.enter(in.position());
        int start = in.position();
        int depth = 1;
        in.skip(1);
        while (depth > 0) {
            char c = in.peek();
            if (c != '<' && c != '>' && quoteOrExpansion()) {
                continue;
            }
            if (c == close) {
                depth--;
            } else if (c == open && !firstCloses) {
                depth++;
            }
            step(start, construct, "'" + close + "'");
        }
        commands.leave();
    }
}
