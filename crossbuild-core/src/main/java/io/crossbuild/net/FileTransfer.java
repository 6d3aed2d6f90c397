// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.DownloadException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.error.UntrustedException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.io.AtomicFile;
import io.crossbuild.io.DiskTrouble;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.io.Sha256;
import io.crossbuild.io.Sha256Digest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Brings one file to its place. The bytes go to a file next to the target; a part that a killed process left there is
 * continued. The digest is computed along the way.
 */
final class FileTransfer {
    private static final long EVENT_NANOS = Duration.ofMillis(200).toNanos();

    /** The parts that this JVM writes: opening and closing one of them again would release its lock (fcntl(2)). */
    private static final Set<Path> ACTIVE = ConcurrentHashMap.newKeySet();

    private final HttpClient client;
    private final DownloadOptions options;
    private final Download download;
    private final URI uri;
    private long lastEvent;

    FileTransfer(HttpClient client, DownloadOptions options, Download download) {
        this.client = client;
        this.options = options;
        this.download = download;
        this.uri = download.uri();
    }

    void run() throws CrossbuildException, IOException, InterruptedException {
        tell(BuildEvent.Transfer.State.STARTED, 0);
        boolean done = false;
        try {
            Path shared = beside(".part");
            if (!ACTIVE.add(shared) || !runIfFree(shared)) {
                // Another process is fetching the same file: not worth waiting for.
                Path own = beside(".part-" + UUID.randomUUID());
                try (FileChannel part = open(own)) {
                    runInto(part, own);
                }
            }
            done = true;
        } finally {
            tell(
                    done ? BuildEvent.Transfer.State.SUCCEEDED : BuildEvent.Transfer.State.FAILED,
                    done ? download.sizeBytes() : 0);
        }
    }

    /** Fetches into a file that a later process may continue; false when another process has it. */
    private boolean runIfFree(Path shared) throws CrossbuildException, IOException, InterruptedException {
        try (FileChannel part = open(shared)) {
            boolean mine = lock(part);
            if (mine) {
                runInto(part, shared);
            }
            return mine;
        } finally {
            ACTIVE.remove(shared);
        }
    }

    private void runInto(FileChannel part, Path path) throws CrossbuildException, IOException, InterruptedException {
        try {
            new Attempts(options, uri).run(deadline -> {
                attempt(part, deadline);
                return path;
            });
            part.force(true);
            publish(path);
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            throw new InterruptedException("transfer interrupted");
        } catch (IOException e) {
            throw diskFailure(e);
        } finally {
            PatientFiles.deleteIfExists(path);
        }
    }

    private void publish(Path path) throws IOException {
        try {
            AtomicFile.move(path, download.target());
        } catch (NoSuchFileException e) {
            // Another process moved this file between our opening and our locking it.
            if (!Files.isRegularFile(download.target())) {
                throw e;
            }
        }
    }

    private void attempt(FileChannel part, long deadline)
            throws CrossbuildException, IOException, InterruptedException {
        Sha256Digest digest = new Sha256Digest();
        long have = part.size() < download.sizeBytes() ? part.size() : 0;
        if (part.size() == download.sizeBytes()
                && digestOf(part, part.size(), digest).equals(download.digest())) {
            return;
        }
        try (Transfer.Response response = new Transfer(client, options, uri, deadline).request(have)) {
            if (response.offset() != have) {
                if (response.offset() != 0) {
                    part.truncate(0);
                    throw new DownloadException(
                            uri,
                            "Cannot download '" + uri
                                    + "': the server sent a different part of the file than was requested",
                            AdviceKey.OTHER_MIRROR.advice(),
                            true,
                            null);
                }
                have = 0;
            }
            long announced = response.lengthBytes();
            if (announced >= 0 && announced != download.sizeBytes() - have) {
                throw wrongSize(announced + have);
            }
            part.truncate(have);
            if (have > 0) {
                feed(part, have, digest);
            }
            receive(response, part, have, digest);
        }
        Sha256 found = digest.finish();
        if (!found.equals(download.digest())) {
            part.truncate(0);
            if (have > 0) {
                // The part that was continued may be the wrong one.
                attempt(part, deadline);
                return;
            }
            throw new UntrustedException(
                    "Untrusted '" + uri + "': SHA-256 " + found + " (expected " + download.digest() + ")",
                    AdviceKey.OTHER_MIRROR_AS_FILE_CHANGED.advice());
        }
    }

    private void receive(Transfer.Response response, FileChannel part, long from, Sha256Digest digest)
            throws CrossbuildException, IOException, InterruptedException {
        long at = from;
        for (List<ByteBuffer> piece = response.next(); !piece.isEmpty(); piece = response.next()) {
            for (ByteBuffer bytes : piece) {
                if (bytes.remaining() > download.sizeBytes() - at) {
                    part.truncate(0);
                    throw wrongSize(at + bytes.remaining());
                }
                digest.update(bytes.duplicate());
                while (bytes.hasRemaining()) {
                    at += part.write(bytes, at);
                }
            }
            long now = System.nanoTime();
            if (now - lastEvent >= EVENT_NANOS) {
                lastEvent = now;
                tell(BuildEvent.Transfer.State.PROGRESSED, at);
            }
        }
        if (at != download.sizeBytes()) {
            throw new DownloadException(
                    uri,
                    "Cannot download '" + uri + "': it ended after " + at + " bytes (expected " + download.sizeBytes()
                            + ")",
                    AdviceKey.TRY_AGAIN.advice(),
                    true,
                    null);
        }
    }

    private UntrustedException wrongSize(long found) {
        return new UntrustedException(
                "Untrusted '" + uri + "': " + found + " bytes or more (expected " + download.sizeBytes() + ")",
                AdviceKey.OTHER_MIRROR_AS_LENGTH_DIFFERS.advice());
    }

    private static Sha256 digestOf(FileChannel file, long length, Sha256Digest digest) throws IOException {
        feed(file, length, digest);
        return digest.finish();
    }

    private static void feed(FileChannel file, long length, Sha256Digest digest) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(64 * 1024);
        for (long at = 0; at < length; ) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), length - at));
            int n = file.read(buffer, at);
            if (n < 0) {
                throw new IOException("the part shrank while it was read");
            }
            digest.update(buffer.flip());
            at += n;
        }
    }

    private FileChannel open(Path path) throws HostRequirementException {
        try {
            return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw diskFailure(e);
        }
    }

    private static boolean lock(FileChannel part) throws IOException {
        try {
            return part.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private Path beside(String suffix) {
        return download.target().resolveSibling(download.target().getFileName() + suffix);
    }

    private HostRequirementException diskFailure(IOException e) {
        String reason = DiskTrouble.reason(e);
        return new HostRequirementException(
                "Cannot write '" + download.target() + "': " + reason,
                DiskTrouble.in(reason).map(DiskTrouble::adviceForStore).orElseGet(AdviceKey.CHECK_PERMISSION::advice),
                e);
    }

    private void tell(BuildEvent.Transfer.State state, long doneBytes) {
        options.listener().onEvent(new BuildEvent.Transfer(state, uri, doneBytes, download.sizeBytes()));
    }
}
