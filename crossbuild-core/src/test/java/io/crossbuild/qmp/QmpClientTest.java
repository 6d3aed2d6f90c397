// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.JsonNode;
import io.crossbuild.process.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QmpClientTest {
    @TempDir
    Path directory;

    @Test
    void theVersionIsThatOfTheGreeting() throws Exception {
        try (FakeQmpServer qemu = FakeQmpServer.start(directory, (c, a, id) -> List.of());
                QmpClient client = QmpClient.open(qemu.channel(), soon())) {
            assertThat(client.version()).isEqualTo(new QmpVersion(10, 0, 13)).hasToString("10.0.13");
        }
    }

    @Test
    void aCommandReturnsWhatQemuReturned() throws Exception {
        try (FakeQmpServer qemu = FakeQmpServer.start(
                        directory,
                        (command, arguments, id) -> List.of(FakeQmpServer.returning(
                                id, "{\"command\": \"" + command + "\", \"arguments\": " + arguments + "}")));
                QmpClient client = QmpClient.open(qemu.channel(), soon())) {
            JsonNode returned = client.execute("device_del", Map.of("id", "a\"b"), soon());
            assertThat(returned.path("command").asText()).isEqualTo("device_del");
            assertThat(returned.path("arguments").path("id").asText()).isEqualTo("a\"b");
        }
    }

    @Test
    void aRefusalIsATypedError() throws Exception {
        try (FakeQmpServer qemu = FakeQmpServer.start(
                        directory,
                        (command, arguments, id) -> List.of(
                                "{\"error\": {\"class\": \"DeviceNotFound\", \"desc\": \"Device 'x' not found\"},"
                                        + " \"id\": " + id + "}"));
                QmpClient client = QmpClient.open(qemu.channel(), soon())) {
            assertThatThrownBy(() -> client.execute("device_del", Map.of("id", "x"), soon()))
                    .hasMessage("QEMU refused 'device_del': Device 'x' not found")
                    .asInstanceOf(type(QmpException.class))
                    .satisfies(e -> {
                        assertThat(e.errorClass()).isEqualTo("DeviceNotFound");
                        assertThat(e.description()).isEqualTo("Device 'x' not found");
                        assertThat(e.command()).isEqualTo("device_del");
                    });
        }
    }

    @Test
    void answersInAnotherOrderFindTheirCommands() throws Exception {
        List<String> held = new ArrayList<>();
        try (FakeQmpServer qemu = FakeQmpServer.start(directory, (command, arguments, id) -> {
                    held.add(0, FakeQmpServer.returning(id, "\"" + command + "\""));
                    return held.size() == 2 ? held : List.of();
                });
                QmpClient client = QmpClient.open(qemu.channel(), soon())) {
            CompletableFuture<String> first = executing(client, "stop");
            CompletableFuture<String> second = executing(client, "cont");
            assertThat(first.get(10, TimeUnit.SECONDS)).isEqualTo("stop");
            assertThat(second.get(10, TimeUnit.SECONDS)).isEqualTo("cont");
        }
    }

    @Test
    void allWhoWaitFailWhenQemuDies() throws Exception {
        try (FakeQmpServer qemu = FakeQmpServer.start(directory, (c, a, id) -> List.of());
                QmpClient client = QmpClient.open(qemu.channel(), soon());
                QmpEvents events = client.subscribe("SHUTDOWN")) {
            CompletableFuture<String> command = executing(client, "query-status");
            CompletableFuture<QmpEvent> event = CompletableFuture.supplyAsync(() -> {
                try {
                    return events.await(e -> true, Deadline.after(Duration.ofSeconds(100)));
                } catch (IOException | InterruptedException e) {
                    throw new CompletionException(e);
                }
            });
            while (qemu.commands().isEmpty()) {
                Thread.sleep(2);
            }
            qemu.die();
            assertThatThrownBy(() -> command.get(10, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);
            assertThatThrownBy(() -> event.get(10, TimeUnit.SECONDS))
                    .hasRootCauseMessage("QEMU closed the QMP connection");
            assertThatThrownBy(() -> client.execute("cont", soon())).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> client.subscribe("X").await(e -> true, soon()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aCommandWithNoAnswerTimesOut() throws Exception {
        try (FakeQmpServer qemu = FakeQmpServer.start(directory, (c, a, id) -> List.of());
                QmpClient client = QmpClient.open(qemu.channel(), soon())) {
            assertThatThrownBy(() -> client.execute("stop", Deadline.after(Duration.ofMillis(30))))
                    .isInstanceOf(QmpTimeoutException.class)
                    .hasMessage("QEMU did not answer 'stop' within 30 ms");
        }
    }

    @Test
    void anEventThatCameBeforeTheWaitIsNotMissed() throws Exception {
        try (FakeQmpServer qemu = FakeQmpServer.start(
                        directory,
                        (command, arguments, id) -> List.of(
                                "{\"event\": \"DEVICE_DELETED\", \"data\": {\"path\": \"/p\"}, \"timestamp\": {}}",
                                "{\"event\": \"DEVICE_DELETED\", \"data\": {\"device\": \"d\"}, \"timestamp\": {}}",
                                "{\"event\": \"RESUME\", \"timestamp\": {}}",
                                FakeQmpServer.returning(id, "{}")));
                QmpClient client = QmpClient.open(qemu.channel(), soon());
                QmpEvents events = client.subscribe("DEVICE_DELETED")) {
            client.execute("device_del", Map.of("id", "d"), soon());
            assertThat(events.await(e -> e.text("device").equals("d"), soon()).name())
                    .isEqualTo("DEVICE_DELETED");
            assertThatThrownBy(() -> events.await(e -> true, Deadline.after(Duration.ofMillis(20))))
                    .isInstanceOf(QmpTimeoutException.class);
        }
    }

    @Test
    void aFloodOfEventsKeepsTheNewest() throws Exception {
        try (FakeQmpServer qemu = FakeQmpServer.start(
                        directory, (command, arguments, id) -> List.of(FakeQmpServer.returning(id, "{}")));
                QmpClient client = QmpClient.open(qemu.channel(), soon());
                QmpEvents events = client.subscribe("E")) {
            for (int i = 0; i < 3000; i++) {
                qemu.send("{\"event\": \"E\", \"data\": {\"n\": " + i + "}}");
            }
            client.execute("query-status", soon());
            assertThat(events.await(e -> true, soon()).data().path("n").asInt()).isEqualTo(2000);
        }
    }

    @Test
    void theMonitorsTextComesBack() throws Exception {
        try (FakeQmpServer qemu = FakeQmpServer.start(
                        directory,
                        (command, arguments, id) -> List.of(FakeQmpServer.returning(
                                id, arguments.path("command-line").toString())));
                QmpClient client = QmpClient.open(qemu.channel(), soon())) {
            assertThat(client.monitor("info usernet", soon())).isEqualTo("info usernet");
            assertThat(qemu.commands()).containsExactly("human-monitor-command");
        }
    }

    @Test
    void aServerWithNoGreetingTimesOut() throws Exception {
        try (FakeQmpServer qemu = FakeQmpServer.start(directory, "{\"event\": \"X\"}", (c, a, id) -> List.of())) {
            assertThatThrownBy(() -> QmpClient.open(qemu.channel(), Deadline.after(Duration.ofMillis(30))))
                    .isInstanceOf(QmpTimeoutException.class)
                    .hasMessageContaining("greeting");
            assertThat(qemu.channel().isOpen()).isFalse();
        }
    }

    @Test
    void inputOtherThanQmpFailsAtOnce() throws Exception {
        for (String garbage : List.of("hello", "{", "[]", "{\"a\": 1}", "", "\u0000", "[".repeat(5000))) {
            try (FakeQmpServer qemu = FakeQmpServer.start(directory, garbage, (c, a, id) -> List.of())) {
                assertThatThrownBy(() -> QmpClient.open(qemu.channel(), Deadline.after(Duration.ofSeconds(100))))
                        .as(garbage)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("The QMP connection failed");
            }
            java.nio.file.Files.delete(directory.resolve("qmp"));
        }
    }

    @Test
    void aMessageWithNoEndFailsBeforeItFillsTheMemory() throws Exception {
        try (FakeQmpServer qemu = FakeQmpServer.start(
                        directory,
                        (command, arguments, id) ->
                                List.of("{\"return\": \"" + "x".repeat(QmpLineReader.MAX_LINE_BYTES)));
                QmpClient client = QmpClient.open(qemu.channel(), soon())) {
            assertThatThrownBy(() -> client.execute("query-status", soon()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("longer than");
        }
    }

    private static CompletableFuture<String> executing(QmpClient client, String command) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return client.execute(command, Deadline.after(Duration.ofSeconds(100)))
                        .asText();
            } catch (IOException | InterruptedException e) {
                throw new CompletionException(e);
            }
        });
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20));
    }
}
