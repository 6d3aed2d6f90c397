// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.DownloadException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;

/** Repeats a transfer that failed for a temporary reason, with growing pauses. */
final class Attempts {
    private final DownloadOptions options;
    private final URI uri;

    Attempts(DownloadOptions options, URI uri) {
        this.options = options;
        this.uri = uri;
    }

    @FunctionalInterface
    interface Attempt<T> {
        /** @param deadline in terms of {@link System#nanoTime} */
        T run(long deadline) throws CrossbuildException, IOException, InterruptedException;
    }

    <T> T run(Attempt<T> attempt) throws CrossbuildException, IOException, InterruptedException {
        long deadline = System.nanoTime() + options.total().toNanos();
        Duration pause = options.firstPause();
        for (int left = options.retries(); ; left--) {
            try {
                return attempt.run(deadline);
            } catch (DownloadException e) {
                boolean time = System.nanoTime() + pause.toNanos() < deadline;
                if (!e.isRetryWorthy() || left == 0 || !time) {
                    throw options.retries() > left && e.isRetryWorthy() ? given(e, options.retries() - left + 1) : e;
                }
            }
            Thread.sleep(pause.toMillis());
            pause = pause.multipliedBy(2);
        }
    }

    private DownloadException given(DownloadException last, int attempts) {
        return new DownloadException(
                uri,
                last.getMessage() + ", " + attempts + " times",
                last.advice().stream().findFirst().orElse(null),
                true,
                last);
    }
}
