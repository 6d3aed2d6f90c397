// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** A guest that boots while its user prepares the disk for it to mount. */
public final class PendingGuest implements AutoCloseable {
    private final CompletableFuture<List<Path>> root = new CompletableFuture<>();
    private final FutureTask<Guest> boot;
    private final Thread thread;

    /** Boots a guest that mounts a disk as soon as it is known. */
    @FunctionalInterface
    interface Boot {
        Guest boot(Future<List<Path>> root) throws CrossbuildException, IOException, InterruptedException;
    }

    PendingGuest(Boot start) {
        boot = new FutureTask<>(() -> start.boot(root));
        thread = new Thread(boot, "crossbuild-boot");
        thread.setDaemon(true);
        thread.start();
    }

    /**
     * Mounts the disk of an environment or a layer, and waits until the guest is ready or its boot has failed. This
     * object still has to close the guest.
     *
     * @param images the qcow2 images of the disk, from the lowest one upward; the guest writes to the last one
     */
    public Guest mount(List<Path> images) throws CrossbuildException, IOException, InterruptedException {
        root.complete(images);
        try {
            return boot.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof CrossbuildException known) {
                throw known;
            }
            if (cause instanceof IOException io) {
                throw io;
            }
            throw new IllegalStateException("The boot of a virtual machine failed", cause);
        }
    }

    /** Ends the machine immediately, even during boot. */
    @Override
    public void close() {
        thread.interrupt();
        boolean interrupted = false;
        while (true) {
            try {
                boot.get().close();
            } catch (ExecutionException e) {
                // There is no guest to end.
            } catch (InterruptedException e) {
                // The boot has been told to end; wait, or its QEMU process would leak.
                interrupted = true;
                continue;
            }
            break;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
