// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The output of a program that answers at once, as with {@code --version}.
 *
 * @param status the exit status
 * @param text standard output and standard error, at most 64 KiB
 */
public record ProgramOutput(int status, String text) {
    private static final int MAX_BYTES = 64 << 10;

    /**
     * Runs a program to its end.
     *
     * @throws IOException when it cannot be started, or does not end by the deadline and is killed
     */
    public static ProgramOutput of(List<String> argv, Map<String, String> env, Deadline deadline)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(argv).redirectErrorStream(true);
        builder.environment().putAll(env);
        Process process = builder.start();
        try (InputStream in = process.getInputStream()) {
            process.getOutputStream().close();
            CompletableFuture<byte[]> output = new CompletableFuture<>();
            Thread reader = new Thread(() -> read(in, output), "crossbuild-output-" + process.pid());
            reader.setDaemon(true);
            reader.start();
            byte[] bytes = output.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            if (!process.waitFor(deadline.remainingNanos(), TimeUnit.NANOSECONDS)) {
                throw new TimeoutException();
            }
            return new ProgramOutput(process.exitValue(), new String(bytes, StandardCharsets.UTF_8));
        } catch (TimeoutException e) {
            throw new IOException("'" + argv.get(0) + "' did not end within " + deadline, e);
        } catch (ExecutionException e) {
            throw new IOException("Cannot read the output of '" + argv.get(0) + "': " + e.getMessage(), e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void read(InputStream in, CompletableFuture<byte[]> output) {
        try {
            byte[] bytes = in.readNBytes(MAX_BYTES);
            in.skip(Long.MAX_VALUE);
            output.complete(bytes);
        } catch (IOException e) {
            output.completeExceptionally(e);
        }
    }
}
