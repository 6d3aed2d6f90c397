// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import io.crossbuild.event.BuildListener;
import io.crossbuild.spec.HttpProxy;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link Downloader} works.
 *
 * @param offline open no connections at all
 * @param listener receives every transfer
 * @param proxy null for the JVM's own choice (the {@code http.proxyHost} properties)
 * @param parallel number of transfers at once, at least 1
 * @param stall how long a server may send nothing, including while connecting
 * @param total how long one file may take with all its retries
 * @param retries number of attempts after the first failed one, for temporary failures
 * @param firstPause before the first retry; each later pause is twice as long
 */
public record DownloadOptions(
        boolean offline,
        BuildListener listener,
        @Nullable HttpProxy proxy,
        int parallel,
        Duration stall,
        Duration total,
        int retries,
        Duration firstPause) {
    private static final Duration HASTE = Duration.ofSeconds(5);
    private static final Duration SHORT = Duration.ofSeconds(20);

    public DownloadOptions {
        if (parallel < 1 || retries < 0) {
            throw new IllegalArgumentException("parallel " + parallel + ", retries " + retries);
        }
    }

    /** Eight transfers at once, 30 s for a stall, one hour per file, four retries after 1, 2, 4 and 8 s. */
    public static DownloadOptions of(boolean offline, BuildListener listener) {
        return new DownloadOptions(
                offline, listener, null, 8, Duration.ofSeconds(30), Duration.ofHours(1), 4, Duration.ofSeconds(1));
    }

    /** The same, but at most 5 s for a stall, 20 s per file, and no retry. */
    DownloadOptions impatient() {
        return new DownloadOptions(
                offline, listener, proxy, parallel, shorter(stall, HASTE), shorter(total, SHORT), 0, firstPause);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    /** The same with a proxy, or with the JVM's own choice. */
    public DownloadOptions withProxy(@Nullable HttpProxy other) {
        return new DownloadOptions(offline, listener, other, parallel, stall, total, retries, firstPause);
    }
}
