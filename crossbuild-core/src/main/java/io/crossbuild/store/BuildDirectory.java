// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.io.PathLock;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.io.RecursiveDelete;
import io.crossbuild.process.SocketDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory for one task. It is removed by {@link #close}, or once this process has ended, by the next process that
 * opens the store.
 */
public final class BuildDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BuildDirectory.class);
    static final String LOCK = ".lock";
    static final String HOLDS = ".holds";
    private static final String SOCKETS = ".sockets";

    private final Path path;
    private final PathLock lock;
    private final @Nullable Scratch scratch;
    private @Nullable Path sockets;
    private boolean closed;

    /** @param scratch where it is; null if it is not in the store, and cannot hold anything */
    BuildDirectory(Path path, PathLock lock, @Nullable Scratch scratch) {
        this.path = path;
        this.lock = lock;
        this.scratch = scratch;
    }

    /** A directory for temporary files, for a store that cannot be written. */
    static BuildDirectory outside() throws IOException {
        Path path = Files.createTempDirectory("crossbuild-");
        return new BuildDirectory(path, PathLock.tryAcquire(path.resolve(LOCK)).orElseThrow(), null);
    }

    public Path path() {
        return path;
    }

    /** A directory for Unix-domain sockets. It is outside the store, because the path of a socket must be short. */
    public synchronized Path socketDirectory() throws CrossbuildException {
        if (closed) {
            throw new IllegalStateException("'" + path + "' is closed");
        }
        if (sockets == null) {
            try {
                Path made = SocketDirectory.make();
                sockets = made;
                Files.writeString(path.resolve(SOCKETS), made.toAbsolutePath().toString(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw StoreFailure.of(
                        "Cannot make a socket directory in", Path.of(System.getProperty("java.io.tmpdir")), e);
            }
        }
        return sockets;
    }

    /**
     * Records which published directories this task is based on; each call names all of them. From then on {@link
     * Store#isHeld} is true for them; the caller must check afterwards that they still exist.
     */
    @SuppressWarnings("try")
    public synchronized void hold(Collection<Path> published)
            throws IOException, CrossbuildException, InterruptedException {
        Scratch in = scratch;
        if (in == null) {
            return;
        }
        Path next = path.resolve(HOLDS + ".next");
        Files.write(
                next,
                published.stream()
                        .map(directory -> directory.subpath(directory.getNameCount() - 2, directory.getNameCount()))
                        .map(kindAndKey -> kindAndKey.toString().replace('\\', '/'))
                        .toList());
        try (PathLock guarded = in.guard()) {
            // Readers never see half of it. It need not survive a power failure, since this process does not.
            PatientFiles.move(next, path.resolve(HOLDS), StandardCopyOption.ATOMIC_MOVE);
        }
        // The last of them may be about to be published.
        published.stream().filter(Files::exists).forEach(Store::touch);
    }

    /** Removes the socket directory that a leftover build directory names. */
    static void deleteSockets(Path left) throws IOException {
        Path note = left.resolve(SOCKETS);
        if (!Files.isRegularFile(note)) {
            return;
        }
        Path named = Path.of(Files.readString(note, StandardCharsets.UTF_8));
        // A file that names anything other than one of our directories is not followed.
        if (SocketDirectory.isOne(named)) {
            RecursiveDelete.delete(named);
        }
    }

    /**
     * Removes the directory and the sockets; what cannot be removed now is removed the next time the store is opened.
     */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (sockets != null) {
            deleteQuietly(sockets);
        }
        // Windows cannot delete an open file.
        lock.close();
        deleteQuietly(path);
    }

    private static void deleteQuietly(Path path) {
        try {
            RecursiveDelete.delete(path);
        } catch (IOException e) {
            LOG.debug("left '{}' for the next sweep", path, e);
        }
    }
}
