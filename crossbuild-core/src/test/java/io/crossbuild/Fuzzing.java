// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What every parser of bytes from outside promises: a result or a typed error, within a second and with memory in
 * proportion to its input.
 *
 * <p>A fuzz test tries its seeds and the inputs in {@code src/test/resources}, below the class and the method; with
 * {@code JAZZER_FUZZ=1} in the environment it looks for inputs that break the promise (CONTRIBUTING.md).
 */
public final class Fuzzing {
    /** How long a fuzz test looks for inputs. */
    public static final String LONG = "30m";

    private static final Duration LONGEST = Duration.ofSeconds(1);
    private static final int BYTES_FOR_EACH = 64;
    /** What a parser may need for the smallest input: buffers, tables, messages. */
    private static final long FIXED_BYTES = 4 << 20;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Fuzzing() {}

    /** Reads everything. */
    @FunctionalInterface
    public interface Parser {
        void parse() throws IOException, CrossbuildException;
    }

    /** Reads everything in a file. */
    @FunctionalInterface
    public interface FileParser {
        void parse(Path file) throws IOException, CrossbuildException;
    }

    /** Runs a parser on some bytes. */
    public static void check(byte[] input, Parser parser) {
        check(input, FIXED_BYTES, parser);
    }

    /**
     * Runs a parser on a file with some bytes.
     *
     * @param fixedBytes what it may allocate whatever the input is
     */
    public static void checkFile(byte[] input, long fixedBytes, FileParser parser) {
        try {
            Path file = Files.createTempFile("fuzz", "");
            try {
                Files.write(file, input);
                check(input, fixedBytes, () -> parser.parse(file));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void check(byte[] input, long fixedBytes, Parser parser) {
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        try {
            parser.parse();
        } catch (IOException | CrossbuildException e) {
            // A typed error.
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - allocated;
        // The first run of a test also loads its classes, on a machine that may be busy.
        if (took.compareTo(isFuzzing() ? LONGEST : LONGEST.multipliedBy(20)) > 0) {
            fail("an input of %d bytes took %s (expected at most %s)", input.length, took, LONGEST);
        }
        if (bytes > fixedBytes + (long) BYTES_FOR_EACH * input.length) {
            fail(
                    "an input of %d bytes allocated %d bytes (expected at most %d for each, and %d)",
                    input.length, bytes, BYTES_FOR_EACH, fixedBytes);
        }
    }

    private static boolean isFuzzing() {
        return System.getenv("JAZZER_FUZZ") != null;
    }
}
