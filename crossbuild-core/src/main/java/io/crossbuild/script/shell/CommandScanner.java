// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Finds the end of one logical line: the line feed at which bash would run what it has read so far (bash(1), SHELL
 * GRAMMAR). It accepts more than the shell does; errors inside a complete command are left to the shell.
 */
public final class CommandScanner {
    /** The limit for nested constructs; deeper ones are refused, so that no input overflows the stack. */
    static final int MAX_DEPTH = 200;

    private final ShellText in;
    private final WordScanner words;
    private final CompoundScanner compounds;
    private final Consumer<List<String>> visitor;
    private HereDocuments documents;
    private int depth;

    public CommandScanner(ShellText in) {
        this(in, words -> {});
    }

    /** @param visitor receives the words of every simple command as they are written, those of nested commands first */
    public CommandScanner(ShellText in, Consumer<List<String>> visitor) {
        this.in = in;
        this.visitor = visitor;
        this.words = new WordScanner(in, this);
        this.compounds = new CompoundScanner(in, words, this);
        this.documents = new HereDocuments(in);
    }

    /** Moves to after the line feed that ends the command starting here, or to the end of the text. */
    public void logicalLine() throws BrokenStepException {
        try {
            while (true) {
                in.skipBlanks();
                if (in.atEnd()) {
                    documents.requireNone();
                    return;
                }
                if (in.accept("\n")) {
                    documents.readBodies();
                    return;
                }
                andOr();
                separator();
            }
        } catch (UnexpectedTokenException e) {
            in.skipToLineEnd();
            in.skip(1);
        }
    }

    /** Moves to the next word, past blanks, comments, and line feeds with the here-documents that they start. */
    void skipLines() throws BrokenStepException {
        in.skipBlanks();
        while (in.accept("\n")) {
            documents.readBodies();
            in.skipBlanks();
        }
    }

    /** Enters a nested construct. */
    void enter(int start) throws BrokenStepException {
        if (++depth > MAX_DEPTH) {
            throw BrokenStepException.tooDeep(start, MAX_DEPTH);
        }
    }

    /** Leaves a construct; the counterpart of {@link #enter}. */
    void leave() {
        depth--;
    }

    /** Reads a list in parentheses with its own here-documents, as in {@code $(...)}. */
    void substitution(String construct) throws BrokenStepException, UnexpectedTokenException {
        if (in.looksAt("((")) {
            // $(( is arithmetic even where $( ( was meant (POSIX, Shell Command Language 2.6.3); bash reads <((
            // likewise.
            words.pair('(', ')', false, construct);
            return;
        }
        HereDocuments outer = documents;
        documents = new HereDocuments(in);
        int start = in.position();
        in.skip(1);
        list(construct, start, ")");
        documents.requireNone();
        documents = outer;
    }

    private void separator() throws UnexpectedTokenException {
        in.skipBlanks();
        char c = in.peek();
        if (c == '&' || (c == ';' && in.peek(1) != ';' && in.peek(1) != '&')) {
            in.skip(1);
        } else if (c != '\n' && !in.atEnd()) {
            throw new UnexpectedTokenException();
        }
    }

    /** Reads commands up to one of the closers and returns that closer. */
    String list(String construct, int start, String... closers) throws BrokenStepException, UnexpectedTokenException {
        enter(start);
        while (true) {
            skipLines();
            if (in.atEnd()) {
                throw BrokenStepException.unterminated(construct, start, "'" + closers[closers.length - 1] + "'");
            }
            String closer = acceptCloser(closers);
            if (!closer.isEmpty()) {
                leave();
                return closer;
            }
            andOr();
            in.skipBlanks();
            // After a compound command a closer needs no separator: if (a) then b; fi
            if (!atCloser(closers)) {
                separator();
            }
        }
    }

    private String acceptCloser(String... closers) {
        String word = in.reservedWord();
        for (String closer : closers) {
            boolean isWord = Character.isLetter(closer.charAt(0)) || closer.equals("}");
            if (isWord ? word.equals(closer) : in.looksAt(closer)) {
                in.skip(closer.length());
                return closer;
            }
        }
        return "";
    }

    private boolean atCloser(String... closers) {
        int before = in.position();
        boolean found = !acceptCloser(closers).isEmpty();
        in.moveTo(before);
        return found;
    }

    private void andOr() throws BrokenStepException, UnexpectedTokenException {
        while (true) {
            pipelinePart();
            in.skipBlanks();
            int operator = in.position();
            if (!in.accept("&&") && !in.accept("||") && !in.accept("|&") && !in.accept("|")) {
                return;
            }
            String text = in.from(operator);
            skipLines();
            if (in.atEnd()) {
                throw BrokenStepException.unterminated("'" + text + "'", operator, "a command after it");
            }
        }
    }

    private void pipelinePart() throws BrokenStepException, UnexpectedTokenException {
        in.skipBlanks();
        String word = in.reservedWord();
        while (word.equals("!") || word.equals("time")) {
            in.skip(word.length());
            in.skipBlanks();
            if (word.equals("time") && in.accept("-p")) {
                in.skipBlanks();
            }
            if (in.looksAt("\n") || in.looksAt(";") || in.atEnd()) {
                return;
            }
            word = in.reservedWord();
        }
        command();
    }

    private void command() throws BrokenStepException, UnexpectedTokenException {
        int start = in.position();
        enter(start);
        if (compounds.read()) {
            in.skipBlanks();
            while (redirection()) {
                in.skipBlanks();
            }
        } else {
            simple(start);
        }
        leave();
    }

    void simple(int start) throws BrokenStepException, UnexpectedTokenException {
        List<String> found = new ArrayList<>();
        boolean redirected = false;
        boolean assigning = true;
        while (true) {
            in.skipBlanks();
            if (redirection()) {
                redirected = true;
                continue;
            }
            char c = in.peek();
            if (c == '(' && found.size() == 1 && !redirected) {
                functionBody(start);
                return;
            }
            if (ShellText.endsWord(c) && !atProcessSubstitution()) {
                break;
            }
            int word = in.position();
            if (assigning) {
                words.assignmentOrWord();
                assigning = in.from(word).indexOf('=') > 0;
            } else {
                words.word();
            }
            found.add(in.from(word));
        }
        if (in.peek() == '(' || (found.isEmpty() && !redirected)) {
            throw new UnexpectedTokenException();
        }
        visitor.accept(found);
    }

    boolean atProcessSubstitution() {
        return in.looksAt("<(") || in.looksAt(">(");
    }

    /** Reads {@code ()} and the compound command that is the function's body. */
    void functionBody(int start) throws BrokenStepException, UnexpectedTokenException {
        in.skipBlanks();
        if (in.accept("(")) {
            in.skipBlanks();
            if (!in.accept(")")) {
                throw new UnexpectedTokenException();
            }
        }
        skipLines();
        if (in.atEnd()) {
            throw BrokenStepException.unterminated("function", start, "a body such as '{ ...; }'");
        }
        if (!compounds.read()) {
            throw new UnexpectedTokenException();
        }
        in.skipBlanks();
        while (redirection()) {
            in.skipBlanks();
        }
    }

    private boolean redirection() throws BrokenStepException, UnexpectedTokenException {
        int start = in.position();
        int digits = 0;
        while (Character.isDigit(in.peek(digits))) {
            digits++;
        }
        char c = in.peek(digits);
        boolean both = digits == 0 && in.looksAt("&>");
        boolean operator = both || c == '<' || c == '>';
        if (!operator || (digits == 0 && atProcessSubstitution())) {
            return false;
        }
        in.skip(digits + (both ? 1 : 0));
        boolean document = in.looksAt("<<") && !in.looksAt("<<<");
        boolean stripTabs = in.looksAt("<<-");
        if (!in.accept("<<<") && !in.accept("<<-") && !in.accept("<<")) {
            in.skip(1);
            if (in.peek() == '&' || in.peek() == '>' || (in.peek() == '|' && in.peek(-1) == '>')) {
                in.skip(1);
            }
        }
        in.skipBlanks();
        int word = in.position();
        words.word();
        if (in.position() == word) {
            throw new UnexpectedTokenException();
        }
        if (document) {
            documents.add(start, in.from(word), stripTabs);
        }
        return true;
    }
}
