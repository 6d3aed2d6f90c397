// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.io.RecursiveDelete;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;

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

    private static final byte SEPARATOR = (byte) 0xFF;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Fuzzing() {}

    /** Reads everything. */
    @FunctionalInterface
    public interface Parser {
        void parse() throws IOException, CrossbuildException, InterruptedException;
    }

    /** Reads everything in a file. */
    @FunctionalInterface
    public interface FileParser {
        void parse(Path file) throws IOException, CrossbuildException, InterruptedException;
    }

    /** Runs a parser on some bytes; on the same bytes again if it took too much of anything. */
    public static void check(byte[] input, Parser parser) {
        check(input, FIXED_BYTES, parser);
    }

    /** The parts of an input for a parser of several files: between bytes that no UTF-8 text has. */
    public static byte[][] parts(byte[] input, int count) {
        byte[][] parts = new byte[count][0];
        int from = 0;
        for (int i = 0; i < count; i++) {
            int end = from;
            while (end < input.length && (i == count - 1 || input[end] != SEPARATOR)) {
                end++;
            }
            parts[i] = Arrays.copyOfRange(input, from, end);
            from = Math.min(input.length, end + 1);
        }
        return parts;
    }

    /** The counterpart of {@link #parts}. */
    public static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < parts.length; i++) {
            if (i > 0) {
                all.write(SEPARATOR);
            }
            all.writeBytes(parts[i]);
        }
        return all.toByteArray();
    }

    public static byte[] joined(String... parts) {
        return joined(Stream.of(parts)
                .map(part -> part.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new));
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

    /**
     * Runs a parser that has an empty directory for the files that it reads.
     *
     * @param fixedBytes what it may allocate whatever the input is
     */
    public static void checkDirectory(byte[] input, long fixedBytes, FileParser parser) {
        try {
            Path directory = Files.createTempDirectory("fuzz");
            try {
                check(input, fixedBytes, () -> parser.parse(directory));
            } finally {
                RecursiveDelete.delete(directory);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void check(byte[] input, long fixedBytes, Parser parser) {
        String problem = problem(input, fixedBytes, parser);
        // The first run also loads classes, and Jazzer rewrites them in the same thread: tens of megabytes.
        if (!problem.isEmpty()) {
            problem = problem(input, fixedBytes, parser);
        }
        if (!problem.isEmpty()) {
            fail(problem);
        }
    }

    private static String problem(byte[] input, long fixedBytes, Parser parser) {
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long start = System.nanoTime();
        try {
            parser.parse();
        } catch (IOException | CrossbuildException e) {
            // A typed error.
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - allocated;
        // In the usual tests, the machine may be busy.
        if (took.compareTo(isFuzzing() ? LONGEST : LONGEST.multipliedBy(5)) > 0) {
            return "an input of %d bytes took %s (expected at most %s)".formatted(input.length, took, LONGEST);
        }
        if (bytes > fixedBytes + (long) BYTES_FOR_EACH * input.length) {
            return "an input of %d bytes allocated %d bytes (expected at most %d for each, and %d)"
                    .formatted(input.length, bytes, BYTES_FOR_EACH, fixedBytes);
        }
        return "";
    }

    private static boolean isFuzzing() {
        return System.getenv("JAZZER_FUZZ") != null;
    }
}
