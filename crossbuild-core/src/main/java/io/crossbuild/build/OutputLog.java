// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.io.DiskTrouble;
import io.crossbuild.io.PrivateDirectory;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file with everything that steps print; keeps the last lines of the current step. Safe for use by several threads.
 */
final class OutputLog implements AutoCloseable {
    /** How many lines of a failed step's output its message repeats. */
    static final int TAIL_LINES = 20;

    private static final Logger LOG = LoggerFactory.getLogger(OutputLog.class);

    private final Path file;
    private final BufferedWriter out;
    private final Deque<String> tail = new ArrayDeque<>();

    private OutputLog(Path file, BufferedWriter out) {
        this.file = file;
        this.out = out;
    }

    /** Opens a new file in a directory, which is created if it does not exist. */
    static OutputLog open(Path directory, String name) throws IOException {
        PrivateDirectory.make(directory);
        Path file = directory.resolve(name);
        return new OutputLog(file, Files.newBufferedWriter(file, StandardCharsets.UTF_8));
    }

    Path file() {
        return file;
    }

    synchronized void beginStep(String title) throws HostRequirementException {
        tail.clear();
        try {
            out.write("==> " + title + "\n");
            out.flush();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** @throws UncheckedIOException when the file cannot be written: see {@link #failure} */
    synchronized void line(String line) {
        if (tail.size() == TAIL_LINES) {
            tail.removeFirst();
        }
        tail.addLast(line);
        try {
            out.write(line);
            out.write('\n');
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The failure to report when the file could not be written. */
    HostRequirementException failure(IOException e) {
        String reason = DiskTrouble.reason(e);
        return new HostRequirementException(
                "Cannot write '" + file + "': " + reason,
                DiskTrouble.in(reason).map(DiskTrouble::advice).orElseGet(AdviceKey.CHECK_PERMISSION::advice),
                e);
    }

    /** The last lines of the current step's output. */
    synchronized List<String> tail() {
        return List.copyOf(tail);
    }

    @Override
    public synchronized void close() {
        try {
            out.close();
        } catch (IOException e) {
            // Only what could not be written before is left to write, and that failure has been reported.
            LOG.debug("closing '{}'", file, e);
        }
    }
}
