// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.HostRequirementException;
import java.io.BufferedWriter;
import java.io.OutputStreamWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file with everything that programs print; keeps the last lines of the current one. Safe for use by several threads.
 */
public final class OutputLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutputLog.class);

    private final Path file;
    private final BufferedWriter out;
    private final LastLines tail = new LastLines(LastLines.IN_MESSAGE);

    private OutputLog(Path file, BufferedWriter out) {
        this.file = file;
        this.out = out;
    }

    /** Opens a new file in a directory, which is created if it does not exist. */
    public static OutputLog open(Path directory, String name) throws IOException {
        PrivateDirectory.make(directory);
        Path file = directory.resolve(name);
        return new OutputLog(file, Files.newBufferedWriter(file, StandardCharsets.UTF_8));
    }

    public Path file() {
        return file;
    }

    /** Starts the output of a program. */
    public synchronized void begin(String title) throws HostRequirementException {
        tail.clear();
        try {
            out.write("==> " + title + "\n");
            out.flush();
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** @throws UncheckedIOException when the file cannot be written: see {@link #failure} */
    public synchronized void line(String line) {
        tail.add(line);
        try {
            out.write(line);
            out.write('\n');
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The failure to report when the file could not be written. */
    public HostRequirementException failure(IOException e) {
        return DiskTrouble.cannotWrite(file, e);
    }

    /** The last lines of the current program. */
    public LastLines tail() {
        return tail;
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
