// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import io.crossbuild.process.Deadline;
import io.crossbuild.qmp.QmpClient;
import io.crossbuild.qmp.QmpEvent;
import io.crossbuild.qmp.QmpEvents;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the state of a machine to a file and reads it back, as a QEMU migration ({@code docs/devel/migration}) whose
 * other end is a file. It does not use {@code exec:}, since QEMU's sandbox does not let it start processes. RAM in a
 * separate file is not part of the state: "x-ignore-shared".
 */
final class StateTransfer {
    private static final Logger LOG = LoggerFactory.getLogger(StateTransfer.class);
    private static final String EVENT = "MIGRATION";
    private static final long UNLIMITED = 1L << 40;
    private static final Duration FINISH_POLL = Duration.ofMillis(2);

    private StateTransfer() {}

    /**
     * Writes the state of a machine. Afterwards the machine continues, unless its memory is in a separate file, which
     * is part of the state too.
     */
    static void save(QmpClient qmp, String file, boolean memoryApart, Deadline deadline)
            throws IOException, InterruptedException {
        qmp.execute("stop", deadline);
        // The default rate is meant for a network shared with others.
        qmp.execute("migrate-set-parameters", Map.of("max-bandwidth", UNLIMITED), deadline);
        try {
            run(qmp, "migrate", file, memoryApart, deadline);
        } finally {
            if (!memoryApart) {
                resume(qmp, deadline);
            }
        }
    }

    /**
     * Lets the machine run. The event for a completed migration arrives a moment before QEMU has left the state
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
    static void restore(QmpClient qmp, String file, boolean memoryApart, Deadline deadline)
            throws IOException, InterruptedException {
        run(qmp, "migrate-incoming", file, memoryApart, deadline);
        resume(qmp, deadline);
    }

    private static void run(QmpClient qmp, String command, String file, boolean memoryApart, Deadline deadline)
            throws IOException, InterruptedException {
        setCapabilities(qmp, memoryApart, deadline);
        try (QmpEvents changes = qmp.subscribe(EVENT)) {
            LOG.debug("{} {}", command, file);
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

    private static void setCapabilities(QmpClient qmp, boolean memoryApart, Deadline deadline)
            throws IOException, InterruptedException {
        Map<String, Boolean> wanted = Map.of("events", true, "x-ignore-shared", memoryApart);
        qmp.execute(
                "migrate-set-capabilities",
                Map.of(
                        "capabilities",
                        wanted.entrySet().stream()
                                .map(one -> Map.of("capability", one.getKey(), "state", one.getValue()))
                                .toList()),
                deadline);
    }

    private static boolean isEnd(QmpEvent event) {
        String status = event.text("status");
        return status.equals("completed") || status.equals("failed") || status.equals("cancelled");
    }
}
