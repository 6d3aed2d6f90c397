// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import io.crossbuild.error.HostRequirementException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file with everything that programs print, up to a limit; keeps the last lines of the current one. Safe for use by
 * several threads.
 */
public final class OutputLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OutputLog.class);

    private final Path file;
    private final BufferedWriter out;
    private final long maxBytes;
    private long bytes;
    private boolean full;
    private final LastLines tail = new LastLines(LastLines.IN_MESSAGE);

    private OutputLog(Path file, BufferedWriter out, long maxBytes) {
        this.file = file;
        this.maxBytes = maxBytes;
        this.out = out;
    }

    /**
     * Opens a new file in a directory, which is created if it does not exist. A symbolic link is replaced.
     *
     * @param maxBytes after as many bytes the file ends with a line that says so; what follows is not in it
     */
    public static OutputLog open(Path directory, String name, long maxBytes) throws IOException {
        PrivateDirectory.make(directory);
        Path file = directory.resolve(name);
        return new OutputLog(
                file,
                new BufferedWriter(new OutputStreamWriter(PlainFile.open(file), StandardCharsets.UTF_8)),
                maxBytes);
    }

    public Path file() {
        return file;
    }

    /** Starts the output of a program. */
    public synchronized void begin(String title) throws HostRequirementException {
        tail.clear();
        try {
            write("==> " + title);
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /** @throws UncheckedIOException when the file cannot be written: see {@link #failure} */
    public synchronized void line(String line) {
        tail.add(line);
        try {
            write(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String line) throws IOException {
        if (full) {
            return;
        }
        bytes += line.getBytes(StandardCharsets.UTF_8).length + 1;
        full = bytes > maxBytes;
        out.write(full ? "==> This log ends here: it would have " + limit() : line);
        out.write('\n');
        out.flush();
    }

    /** Whether more was printed than the file may have. */
    public synchronized boolean isFull() {
        return full;
    }

    /** Such as "more than 100 bytes (expected at most that many)". */
    public String limit() {
        return "more than " + maxBytes + " bytes (expected at most that many)";
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
