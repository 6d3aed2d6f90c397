// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Phase;
import io.crossbuild.event.TerminalText;
import io.crossbuild.event.Warning;
import io.crossbuild.io.Excerpt;
import java.io.PrintStream;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A listener that prints one line for each event: its name and its values. Output of programs is indented; a transfer
 * is printed only when it ends. Control characters from the guest are left out. Safe for use by several threads.
 *
 * <pre>
 * phase started: install environment (suite 'trixie', architecture amd64)
 * step started: number 1, total 2, text 'npm install', reason not built before
 *     added 3 packages
 * step finished: number 1, total 2, elapsed 2.3 s
 * </pre>
 */
public final class PrintingListener implements BuildListener {
    private final PrintStream out;

    private PrintingListener(PrintStream out) {
        this.out = out;
    }

    /** A listener that prints to a stream, such as {@code System.out}, and never closes it. */
    public static BuildListener to(PrintStream out) {
        return new PrintingListener(out);
    }

    @Override
    public void onEvent(BuildEvent event) {
        if (event instanceof BuildEvent.StepOutput output) {
            print("    " + output.line());
        } else if (event instanceof BuildEvent.PhaseOutput output) {
            print("    " + output.line());
        } else if (event instanceof BuildEvent.Transfer transfer && !hasEnded(transfer)) {
            return;
        } else {
            String values = values((Record) event);
            String name = (event instanceof Warning ? "warning: " : "") + words(event.getClass());
            print(values.isEmpty() ? name : name + ": " + values);
        }
    }

    private void print(String line) {
        // In a single call, so that lines of several threads do not mix.
        out.println(TerminalText.plain(line));
    }

    private static boolean hasEnded(BuildEvent.Transfer transfer) {
        return switch (transfer.state()) {
            case STARTED, PROGRESSED -> false;
            case SUCCEEDED, FAILED -> true;
        };
    }

    private static String values(Record of) {
        return Stream.of(of.getClass().getRecordComponents())
                .flatMap(component -> text(valueOf(component, of)).map(value -> named(component, value)).stream())
                .collect(Collectors.joining(", "));
    }

    /** A phase needs no name before its value. */
    private static String named(RecordComponent component, String value) {
        return component.getType() == Phase.class ? value : words(component.getName()) + " " + value;
    }

    private static Object valueOf(RecordComponent component, Record of) {
        try {
            return component.getAccessor().invoke(of);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot read a public value of an event", e);
        }
    }

    /** Empty for an absent value. */
    private static Optional<String> text(Object value) {
        if (value instanceof Optional<?> optional) {
            return optional.flatMap(PrintingListener::text);
        } else if (value instanceof OptionalLong optional) {
            return optional.isPresent() ? text(optional.getAsLong()) : Optional.empty();
        } else if (value instanceof Record part) {
            String values = values(part);
            return Optional.of(words(part.getClass()) + (values.isEmpty() ? "" : " (" + values + ")"));
        } else if (value instanceof Collection<?> all) {
            List<String> texts = all.stream().flatMap(one -> text(one).stream()).toList();
            return Optional.of(texts.toString());
        } else if (value instanceof Duration time) {
            return Optional.of(String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0));
        } else if (value instanceof Enum<?> constant) {
            return Optional.of(constant.name().toLowerCase(Locale.ROOT).replace('_', ' '));
        }
        return Optional.of(
                value instanceof Number ? value.toString() : "'" + Excerpt.firstLine(value.toString()) + "'");
    }

    private static String words(Class<?> type) {
        return words(type.getSimpleName());
    }

    /** {@code StepStarted} and {@code stepStarted} become {@code step started}. */
    private static String words(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }
}
