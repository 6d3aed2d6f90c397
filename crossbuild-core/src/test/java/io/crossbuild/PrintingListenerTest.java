// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrintingListenerTest {
    private static final URI SOURCE = URI.create("http://127.0.0.1/a.deb");

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final BuildListener listener = PrintingListener.to(new PrintStream(bytes, true, StandardCharsets.UTF_8));

    @Test
    void aBuildIsPrintedLineByLine() {
        listener.onEvent(new BuildEvent.PhaseStarted("Installing environment", "trixie/amd64"));
        listener.onEvent(new BuildEvent.Transfer(BuildEvent.Transfer.State.STARTED, SOURCE, 0, 7));
        listener.onEvent(new BuildEvent.Transfer(BuildEvent.Transfer.State.PROGRESSED, SOURCE, 3, 7));
        listener.onEvent(new BuildEvent.Transfer(BuildEvent.Transfer.State.SUCCEEDED, SOURCE, 7, 7));
        listener.onEvent(
                new BuildEvent.PhaseFinished("Installing environment", "trixie/amd64", Duration.ofMillis(1500)));
        listener.onEvent(new BuildEvent.StepStarted(1, 2, "cat <<END\nx\nEND", "always"));
        listener.onEvent(new BuildEvent.StepOutput(1, BuildEvent.StepOutput.Stream.OUT, "hello"));
        listener.onEvent(new BuildEvent.StepFinished(1, 2, Duration.ofSeconds(61)));
        listener.onEvent(new BuildEvent.StepSkipped(2, 2, "make", Duration.ZERO));
        listener.onEvent(new BuildEvent.Warning("The disk is slow", "Take another one"));
        assertThat(lines())
                .containsExactly(
                        "Installing environment trixie/amd64",
                        "Downloaded http://127.0.0.1/a.deb (7 bytes)",
                        "Installing environment: done in 1.5 s",
                        "Step 1/2 runs (always): cat <<END ...",
                        "    hello",
                        "Step 1/2: done in 61.0 s",
                        "Step 2/2 is in the store: make",
                        "Warning: The disk is slow",
                        "Take another one");
    }

    @Test
    void theGuestCannotControlTheTerminal() {
        listener.onEvent(
                new BuildEvent.StepOutput(1, BuildEvent.StepOutput.Stream.OUT, "\u001b]0;title\u0007red\u001b[2J"));
        listener.onEvent(new BuildEvent.Note("one\u0007\ntwo\u001b[31m"));
        assertThat(lines()).containsExactly("    red", "one", "two");
    }

    /** So that a new kind of event is not dropped without a word. */
    @Test
    void everyKindOfEventHasWords() throws Exception {
        for (Class<?> type : BuildEvent.class.getPermittedSubclasses()) {
            Constructor<?> constructor = type.getDeclaredConstructors()[0];
            Object[] values = new Object[constructor.getParameterCount()];
            for (int i = 0; i < values.length; i++) {
                values[i] = value(constructor.getParameterTypes()[i]);
            }
            bytes.reset();
            listener.onEvent((BuildEvent) constructor.newInstance(values));
            assertThat(lines()).as(type.getSimpleName()).isNotEmpty();
        }
    }

    private static Object value(Class<?> type) {
        if (type.isEnum()) {
            Object[] constants = type.getEnumConstants();
            return constants[constants.length - 1];
        }
        return switch (type.getSimpleName()) {
            case "int" -> 1;
            case "long" -> 1L;
            case "Duration" -> Duration.ofSeconds(1);
            case "URI" -> SOURCE;
            case "String" -> "text";
            default -> throw new AssertionError("no value of " + type);
        };
    }

    private List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
