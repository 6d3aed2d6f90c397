// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What happened, in its order: events, and what guests were told to do. Safe for several threads. */
public final class Story implements BuildListener {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void onEvent(BuildEvent event) {
        if (event instanceof BuildEvent.StepStarted step) {
            add("started " + step.number() + "/" + step.total() + " " + step.text() + " (" + step.reason() + ")");
        } else if (event instanceof BuildEvent.StepOutput output) {
            String stream = output.stream() == BuildEvent.Stream.OUT ? "out" : "err";
            add(stream + " " + output.number() + ": " + output.line());
        } else if (event instanceof BuildEvent.StepFinished step) {
            add("finished " + step.number() + "/" + step.total());
        } else if (event instanceof BuildEvent.StepSkipped step) {
            add("skipped " + step.number() + "/" + step.total() + " " + step.text());
        } else if (event instanceof BuildEvent.PhaseStarted started) {
            add("began: " + started.phase());
        } else if (event instanceof BuildEvent.PhaseOutput output) {
            add("printed: " + output.line());
        } else if (event instanceof BuildEvent.PhaseFinished finished) {
            add("ended: " + finished.phase());
        } else if (event instanceof Warning) {
            add("warning: " + event);
        } else {
            add("note: " + event);
        }
    }

    public synchronized void add(String line) {
        lines.add(line);
        notifyAll();
    }

    public synchronized List<String> lines() {
        return List.copyOf(lines);
    }

    /** The lines that begin with one of these. */
    public List<String> lines(String... beginnings) {
        return lines().stream()
                .filter(line -> List.of(beginnings).stream().anyMatch(line::startsWith))
                .toList();
    }

    public synchronized void clear() {
        lines.clear();
    }

    /** Waits for a line that begins so. */
    public synchronized void await(String beginning) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (lines.stream().noneMatch(line -> line.startsWith(beginning))) {
            long millis = (end - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                throw new AssertionError("'" + beginning + "' did not happen, but " + lines);
            }
            wait(millis);
        }
    }
}
