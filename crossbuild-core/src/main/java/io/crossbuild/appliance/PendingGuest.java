// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.appliance;

import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A guest that boots while its user prepares what it is for. */
public final class PendingGuest implements AutoCloseable {
    private final FutureTask<Guest> boot;
    private final Thread thread;

    private PendingGuest(Callable<Guest> boot) {
        this.boot = new FutureTask<>(boot);
        this.thread = new Thread(this.boot, "crossbuild-boot");
        thread.setDaemon(true);
    }

    static PendingGuest begin(Callable<Guest> boot) {
        PendingGuest pending = new PendingGuest(boot);
        pending.thread.start();
        return pending;
    }

    /** Waits until the guest is ready, or its boot has failed. It stays this object's to close. */
    public Guest await() throws CrossbuildException, IOException, InterruptedException {
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

    /** Ends the machine at once, also while it boots. */
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
                // The boot has been told to end, and must not be left alone with its machine.
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
