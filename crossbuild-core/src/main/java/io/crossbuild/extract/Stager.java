// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Copies the content of what is new or changed into a directory beside the files, with a few threads. */
final class Stager {
    private static final int THREADS =
            Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors()));

    private final FileTree tree;
    private final PreviousRun previous;
    private final HostAttributes attributes;
    private final Path staging;

    Stager(FileTree tree, PreviousRun previous, HostAttributes attributes, Path staging) {
        this.tree = tree;
        this.previous = previous;
        this.attributes = attributes;
        this.staging = staging;
    }

    /** Stages regular files; the result has their target paths as keys, in the same order. */
    Map<String, Staged> stage(List<Placement> files) throws IOException, CrossbuildException, InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS, runnable -> {
            Thread thread = new Thread(runnable, "crossbuild-extract");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<Staged>> running = new ArrayList<>();
            int number = 0;
            for (Placement placement : files) {
                Path content = staging.resolve("f" + number++);
                running.add(pool.submit(() -> stage(placement, content)));
            }
            Map<String, Staged> staged = new LinkedHashMap<>();
            for (Future<Staged> future : running) {
                Staged one = await(future);
                staged.put(one.placement().file().target(), one);
            }
            return staged;
        } finally {
            pool.shutdownNow();
            // They end with the next buffer; only then may the staging directory go.
            boolean unused = awaitEnd(pool);
        }
    }

    private Staged stage(Placement placement, Path target)
            throws IOException, CrossbuildException, InterruptedException {
        PlannedFile file = placement.file();
        Optional<ManifestEntry> last =
                placement.existing() != null && placement.existing().isRegularFile()
                        ? previous.untouchedFile(file.target(), placement.path(), placement.existing())
                        : Optional.empty();
        try (FileContent content = tree.open(file.node())) {
            @Nullable Long lastSize = last.map(ManifestEntry::size).orElse(null);
            if (lastSize != null && lastSize == content.sizeBytes()) {
                ContentDigest digest = new ContentCopy(file.guest(), content).digest();
                if (digest.isThatOf(last.get())) {
                    return new Staged(placement, digest, content.sizeBytes(), null);
                }
            }
            ContentDigest digest = new ContentCopy(file.guest(), content).writeTo(target);
            attributes.giveNew(target, file);
            return new Staged(placement, digest, content.sizeBytes(), target);
        }
    }

    private static Staged await(Future<Staged> future) throws IOException, CrossbuildException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CrossbuildException cause) {
                throw cause;
            }
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw new IOException(e.getCause());
        }
    }

    private static boolean awaitEnd(ExecutorService pool) {
        boolean interrupted = false;
        boolean ended = false;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!ended && System.nanoTime() < deadline) {
            try {
                ended = pool.awaitTermination(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return ended;
    }
}
