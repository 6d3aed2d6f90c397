// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last lines of an output. Safe for use by several threads. */
public final class LastLines {
    /** How many lines of an output the message of a failure repeats. */
    public static final int IN_MESSAGE = 20;

    private final int most;
    private final Deque<String> lines = new ArrayDeque<>();

    /** @param most how many lines are kept, from 1 */
    public LastLines(int most) {
        this.most = most;
    }

    public synchronized void add(String line) {
        if (lines.size() == most) {
            lines.removeFirst();
        }
        lines.addLast(line);
    }

    public synchronized void clear() {
        lines.clear();
    }

    /** The lines, the oldest first. */
    public synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    /** The lines below the title of a message, indented, each with a line end before it. */
    public String indented() {
        return indented(lines());
    }

    /** The same for other lines; the last {@link #IN_MESSAGE} of them. */
    public static String indented(List<String> lines) {
        StringBuilder text = new StringBuilder();
        lines.subList(Math.max(0, lines.size() - IN_MESSAGE), lines.size())
                .forEach(line -> text.append("\n  ").append(line));
        return text.toString();
    }
}
