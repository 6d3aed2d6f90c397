// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.io.PathLock;
import io.crossbuild.io.RecursiveDelete;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A directory of directories that live as long as their process. Each contains a locked file; if the lock is free, the
 * directory was left by a process that ended without removing it.
 */
final class Scratch {
    private static final Duration SWEEP_DEADLINE = Duration.ofMinutes(2);
    private static final PathLock.WaitListener QUIET = (file, holder) -> {};

    private final Path parent;
    private final Path guard;

    /**
     * @param guard locked while directories are made and swept, so that no directory is swept before its own lock is
     * held; also locked while one records what it holds
     */
    Scratch(Path parent, Path guard) {
        this.parent = parent;
        this.guard = guard;
    }

    PathLock guard() throws IOException, CrossbuildException, InterruptedException {
        return PathLock.acquire(guard, SWEEP_DEADLINE, QUIET);
    }

    @SuppressWarnings("try")
    BuildDirectory open() throws CrossbuildException, InterruptedException {
        Path directory = parent.resolve(UUID.randomUUID().toString());
        try (PathLock guarded = guard()) {
            Files.createDirectory(directory);
            Optional<PathLock> lock = PathLock.tryAcquire(directory.resolve(BuildDirectory.LOCK));
            if (lock.isEmpty()) {
                throw new IOException("the new directory is already locked");
            }
            return new BuildDirectory(directory, lock.get(), this);
        } catch (IOException e) {
            throw StoreFailure.of("Cannot make", directory, e);
        }
    }

    /** The same, or if nothing can be written here, a directory elsewhere that holds nothing. */
    BuildDirectory openToRead() throws CrossbuildException, InterruptedException {
        try {
            return open();
        } catch (HostRequirementException e) {
            if (!(e.getCause() instanceof IOException cause) || !StoreFailure.isReadOnly(cause)) {
                throw e;
            }
            try {
                return BuildDirectory.outside();
            } catch (IOException other) {
                e.addSuppressed(other);
                throw e;
            }
        }
    }

    @SuppressWarnings("try")
    void sweep() throws IOException, CrossbuildException, InterruptedException {
        List<Path> candidates = entries();
        if (candidates.isEmpty()) {
            return;
        }
        try (PathLock guarded = guard()) {
            for (Path candidate : candidates) {
                if (Files.isDirectory(candidate) && isLeftOver(candidate)) {
                    BuildDirectory.deleteSockets(candidate);
                    RecursiveDelete.delete(candidate);
                }
            }
        }
    }

    private static boolean isLeftOver(Path directory) throws IOException {
        Path file = directory.resolve(BuildDirectory.LOCK);
        if (!Files.exists(file)) {
            return true;
        }
        Optional<PathLock> lock = PathLock.tryAcquire(file);
        lock.ifPresent(PathLock::close);
        return lock.isPresent();
    }

    List<Path> entries() throws IOException {
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.toList();
        }
    }
}
