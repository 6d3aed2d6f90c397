// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.HostDiskException;
import io.crossbuild.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the files that a guest can make grow on the host without an end: the log of its serial port, and the images of
 * caches, which are larger for the guest than what they may take. QEMU has no limit for either. When one has grown too
 * large, the machine is ended: all waiting calls end at once, and {@link QemuProcess#failure} tells them why.
 */
final class GrowthWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GrowthWatch.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);

    private final ChildProcess child;
    private final Path serialLog;
    private final List<Path> caches = new CopyOnWriteArrayList<>();
    private @Nullable Thread thread;
    private volatile @Nullable Failure failure;

    /** @param found what has grown how far */
    record Failure(String found, AdviceKey advice, @Nullable Path logFile) {
        HostDiskException exception(String what, Throwable cause) {
            return new HostDiskException(what, found, advice.advice(), logFile, cause);
        }
    }

    GrowthWatch(ChildProcess child, Path serialLog) {
        this.child = child;
        this.serialLog = serialLog;
    }

    synchronized void begin(long maxLogBytes, long maxCacheBytes) {
        if (thread == null) {
            Thread watching = new Thread(() -> run(maxLogBytes, maxCacheBytes), "crossbuild-growth-" + child.pid());
            watching.setDaemon(true);
            watching.start();
            thread = watching;
        }
    }

    /** Makes the image of a cache count. */
    void addCache(Path image) {
        caches.add(image);
    }

    /** What ended the machine, if it was this. */
    Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }

    private void run(long maxLogBytes, long maxCacheBytes) {
        try {
            while (child.isAlive() && failure == null) {
                check(maxLogBytes, maxCacheBytes);
                Thread.sleep(INTERVAL.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void check(long maxLogBytes, long maxCacheBytes) {
        if (size(serialLog) > maxLogBytes) {
            end(new Failure(
                    "the guest's console printed more than " + maxLogBytes + " bytes into '" + serialLog
                            + "' (expected at most that many)",
                    AdviceKey.LARGER_LOG,
                    serialLog));
        } else if (caches.stream().mapToLong(GrowthWatch::size).sum() > maxCacheBytes) {
            end(new Failure(
                    caches.stream().map(image -> "'" + image + "'").collect(Collectors.joining(", "))
                            + (caches.size() == 1 ? " takes" : " together take") + " more than " + maxCacheBytes
                            + " bytes on the host's disk (expected at most that many for the caches of a build)",
                    AdviceKey.LARGER_CACHES,
                    null));
        }
    }

    private void end(Failure found) {
        failure = found;
        LOG.debug("ending the machine: {}", found.found());
        child.kill();
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            // The log does not exist before something is printed.
            return 0;
        }
    }

    @Override
    public synchronized void close() {
        if (thread != null) {
            thread.interrupt();
        }
    }
}
