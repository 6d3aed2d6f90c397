// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import io.crossbuild.process.Deadline;
import io.crossbuild.qmp.QmpClient;
import io.crossbuild.qmp.QmpEvent;
import io.crossbuild.qmp.QmpEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the state of a machine to a file and reads it back, as a migration of QEMU ({@code docs/devel/migration}) whose
 * other end is a file. Not by {@code exec:}: QEMU's sandbox lets it start no process.
 */
final class StateTransfer {
    private static final Logger LOG = LoggerFactory.getLogger(StateTransfer.class);
    private static final String EVENT = "MIGRATION";
    private static final long UNLIMITED = 1L << 40;
    private static final Duration FINISH_POLL = Duration.ofMillis(2);

    private StateTransfer() {}

    /** Writes the state of a machine, which runs on afterwards. */
    static void save(QmpClient qmp, Path file, Deadline deadline) throws IOException, InterruptedException {
        qmp.execute("stop", deadline);
        // The default is the rate of a network, so that others may use it too.
        qmp.execute("migrate-set-parameters", Map.of("max-bandwidth", UNLIMITED), deadline);
        try {
            run(qmp, "migrate", file, deadline);
        } finally {
            resume(qmp, deadline);
        }
    }

    /**
     * Lets the machine run. The event for a completed migration comes a moment before QEMU has left the state
     * "finish-migrate", in which it refuses {@code cont} ({@code qmp_cont} in monitor/qmp-cmds.c).
     */
    private static void resume(QmpClient qmp, Deadline deadline) throws IOException, InterruptedException {
        while (qmp.execute("query-status", deadline).path("status").asText().equals("finish-migrate")) {
            if (deadline.isExpired()) {
                throw new IOException("the transfer of the state is not finished within " + deadline);
            }
            Thread.sleep(FINISH_POLL.toMillis());
        }
        qmp.execute("cont", deadline);
    }

    /** Reads the state into a machine that waits for it, and lets it run. */
    static void restore(QmpClient qmp, Path file, Deadline deadline) throws IOException, InterruptedException {
        run(qmp, "migrate-incoming", file, deadline);
        resume(qmp, deadline);
    }

    private static void run(QmpClient qmp, String command, Path file, Deadline deadline)
            throws IOException, InterruptedException {
        boolean mapped = setCapabilities(qmp, deadline);
        try (QmpEvents changes = qmp.subscribe(EVENT)) {
            LOG.debug("{} {} ({})", command, file, mapped ? "mapped" : "as a stream");
            qmp.execute(command, Map.of("uri", "file:" + file), deadline);
            QmpEvent end = changes.await(StateTransfer::isEnd, deadline);
            if (!end.text("status").equals("completed")) {
                JsonNode state = qmp.execute("query-migrate", deadline);
                throw new IOException(state.path("error-desc")
                        .asText("the transfer of the state ended as '" + end.text("status")
                                + "' (expected 'completed')"));
            }
        }
    }

    /**
     * With "mapped-ram" (docs/devel/migration/mapped-ram.rst) each page has its place in a sparse file, and two threads
     * read it side by side; QEMU before 9.0 has one stream. The same build of QEMU always chooses the same.
     */
    private static boolean setCapabilities(QmpClient qmp, Deadline deadline) throws IOException, InterruptedException {
        boolean mapped = false;
        for (JsonNode capability : qmp.execute("query-migrate-capabilities", deadline)) {
            mapped |= capability.path("capability").asText().equals("mapped-ram");
        }
        List<String> wanted = mapped ? List.of("events", "mapped-ram", "multifd") : List.of("events");
        qmp.execute(
                "migrate-set-capabilities",
                Map.of(
                        "capabilities",
                        wanted.stream()
                                .map(name -> Map.of("capability", name, "state", true))
                                .toList()),
                deadline);
        return mapped;
    }

    private static boolean isEnd(QmpEvent event) {
        String status = event.text("status");
        return status.equals("completed") || status.equals("failed") || status.equals("cancelled");
    }
}
