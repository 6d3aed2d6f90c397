// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script.shell;

import java.util.BitSet;

/**
 * Finds the end of a compound command: loops, conditional constructs and groups of commands (bash(1), Compound
 * Commands).
 */
final class CompoundScanner {
    private final ShellText in;
    private final WordScanner words;
    private final CommandScanner commands;
    private final BitSet knownSubshells = new BitSet();

    CompoundScanner(ShellText in, WordScanner words, CommandScanner commands) {
        this.in = in;
        this.words = words;
        this.commands = commands;
    }

    /** Reads one compound command or function definition; returns false and reads nothing if none begins here. */
    boolean read() throws BrokenStepException, UnexpectedTokenException {
        int start = in.position();
        if (in.looksAt("(")) {
            if (!arithmetic("arithmetic command")) {
                in.skip(1);
                commands.list("'('", start, ")");
            }
            return true;
        }
        String word = in.reservedWord();
        in.skip(word.length());
        switch (word) {
            case "{" -> commands.list("'{'", start, "}");
            case "if" -> conditional(start);
            case "while", "until" -> {
                commands.list("'" + word + "'", start, "do");
                commands.list("'" + word + "'", start, "done");
            }
            case "for", "select" -> loop(word, start);
            case "case" -> new CaseCommand(start).read();
            case "[[" -> test(start);
            case "function" -> {
                in.skipBlanks();
                words.word();
                commands.functionBody(start);
            }
            case "coproc" -> coprocess();
            case "then", "elif", "else", "fi", "do", "done", "esac", "}" -> throw new UnexpectedTokenException();
            default -> {
                in.moveTo(start);
                return false;
            }
        }
        return true;
    }

    /** Reads {@code ((...))}; returns false and reads nothing if two subshells begin here instead. */
    private boolean arithmetic(String construct) throws BrokenStepException, UnexpectedTokenException {
        int start = in.position();
        if (!in.looksAt("((") || knownSubshells.get(start)) {
            return false;
        }
        in.skip(1);
        words.pair('(', ')', false, construct);
        if (in.accept(")")) {
            return true;
        }
        // Remembered; otherwise each level of nesting would double the number of reads.
        knownSubshells.set(start);
        in.moveTo(start);
        return false;
    }

    private void conditional(int start) throws BrokenStepException, UnexpectedTokenException {
        commands.list("'if'", start, "then");
        String closer = "then";
        while (!closer.equals("fi")) {
            closer = closer.equals("elif")
                    ? commands.list("'if'", start, "then")
                    : commands.list("'if'", start, "elif", "else", "fi");
        }
    }

    private void loop(String word, int start) throws BrokenStepException, UnexpectedTokenException {
        in.skipBlanks();
        if (!word.equals("for") || !arithmetic("'for (('")) {
            words.word();
            commands.skipLines();
            if (in.reservedWord().equals("in")) {
                in.skip(2);
                in.skipBlanks();
                while (!ShellText.endsWord(in.peek()) || commands.atProcessSubstitution()) {
                    words.word();
                    in.skipBlanks();
                }
            }
        }
        in.skipBlanks();
        in.accept(";");
        commands.skipLines();
        if (in.accept("{")) {
            commands.list("'" + word + "'", start, "}");
        } else if (in.reservedWord().equals("do")) {
            in.skip(2);
            commands.list("'" + word + "'", start, "done");
        } else {
            unexpectedIn("'" + word + "'", start, "'do'");
        }
    }

    private void unexpectedIn(String construct, int start, String wanted)
            throws BrokenStepException, UnexpectedTokenException {
        if (in.atEnd()) {
            throw BrokenStepException.unterminated(construct, start, wanted);
        }
        throw new UnexpectedTokenException();
    }

    /** {@code case word in (pattern | pattern) list ;; esac}. */
    private final class CaseCommand {
        private final int start;

        CaseCommand(int start) {
            this.start = start;
        }

        void read() throws BrokenStepException, UnexpectedTokenException {
            in.skipBlanks();
            words.word();
            commands.skipLines();
            if (!in.reservedWord().equals("in")) {
                unexpectedIn("'case'", start, "'in'");
            }
            in.skip(2);
            while (true) {
                commands.skipLines();
                if (in.reservedWord().equals("esac")) {
                    in.skip("esac".length());
                    return;
                }
                patterns();
                if (commands.list("'case'", start, ";;&", ";;", ";&", "esac").equals("esac")) {
                    return;
                }
            }
        }

        private void patterns() throws BrokenStepException, UnexpectedTokenException {
            in.accept("(");
            while (true) {
                in.skipBlanks();
                words.word();
                in.skipBlanks();
                if (in.accept(")")) {
                    return;
                }
                if (!in.accept("|")) {
                    unexpectedIn("'case'", start, "'esac'");
                }
            }
        }
    }

    private void test(int start) throws BrokenStepException, UnexpectedTokenException {
        while (true) {
            commands.skipLines();
            if (in.atEnd()) {
                throw BrokenStepException.unterminated("'[['", start, "']]'");
            }
            if (in.reservedWord().equals("]]")) {
                in.skip(2);
                return;
            }
            if (in.accept("&&")
                    || in.accept("||")
                    || in.accept("(")
                    || in.accept(")")
                    || in.accept("<")
                    || in.accept(">")) {
                continue;
            }
            int word = in.position();
            words.word();
            if (in.position() == word) {
                throw new UnexpectedTokenException();
            }
            if (in.from(word).equals("=~")) {
                in.skipBlanks();
                words.regex();
            }
        }
    }

    private void coprocess() throws BrokenStepException, UnexpectedTokenException {
        in.skipBlanks();
        if (read()) {
            return;
        }
        int name = in.position();
        words.word();
        in.skipBlanks();
        if (!read()) {
            in.moveTo(name);
            commands.simple(name);
        }
    }
}
