// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.TerminalText;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * A listener that prints what happens, one line for each event, in plain English. Transfers have a line when they end.
 * Control characters of the guest are left out. Safe for use by several threads.
 */
public final class PrintingListener implements BuildListener {
    private final PrintStream out;

    private PrintingListener(PrintStream out) {
        this.out = out;
    }

    /** A listener that prints to a stream, such as {@code System.out}; it never closes it. */
    public static BuildListener to(PrintStream out) {
        return new PrintingListener(out);
    }

    @Override
    public void onEvent(BuildEvent event) {
        String text = text(event);
        if (!text.isEmpty()) {
            // In one call, so that lines of several threads do not mix.
            out.println(text);
        }
    }

    private static String text(BuildEvent event) {
        if (event instanceof BuildEvent.PhaseStarted e) {
            return line(e.name() + (e.detail().isEmpty() ? "" : " " + e.detail()));
        } else if (event instanceof BuildEvent.PhaseFinished e) {
            return line(e.name() + ": done in " + seconds(e.elapsed()));
        } else if (event instanceof BuildEvent.PhaseSkipped e) {
            return line(e.name() + ": not needed, " + e.reason());
        } else if (event instanceof BuildEvent.Transfer e) {
            return transfer(e);
        } else if (event instanceof BuildEvent.StepStarted e) {
            return line(step(e.number(), e.total()) + " runs (" + e.reason() + "): " + e.text());
        } else if (event instanceof BuildEvent.StepOutput e) {
            return line("    " + e.line());
        } else if (event instanceof BuildEvent.StepFinished e) {
            return line(step(e.number(), e.total()) + ": done in " + seconds(e.elapsed()));
        } else if (event instanceof BuildEvent.StepSkipped e) {
            return line(step(e.number(), e.total()) + " is in the store: " + e.text());
        } else if (event instanceof BuildEvent.Warning e) {
            return lines("Warning: " + e.text() + (e.hint() == null ? "" : "\n" + e.hint()));
        } else if (event instanceof BuildEvent.Note e) {
            return lines(e.text());
        }
        throw new AssertionError("no words for " + event);
    }

    private static String transfer(BuildEvent.Transfer e) {
        return switch (e.state()) {
            case STARTED, PROGRESSED -> "";
            case SUCCEEDED -> line("Downloaded " + e.uri() + " (" + e.doneBytes() + " bytes)");
            case FAILED -> line("Could not download " + e.uri());
        };
    }

    private static String step(int number, int total) {
        return "Step " + number + "/" + total;
    }

    private static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    /** Only the first line: a step may be a whole here-document. */
    private static String line(String text) {
        int end = text.indexOf('\n');
        return TerminalText.plain(end < 0 ? text : text.substring(0, end) + " ...");
    }

    private static String lines(String text) {
        return String.join(
                System.lineSeparator(), text.lines().map(TerminalText::plain).toList());
    }
}
