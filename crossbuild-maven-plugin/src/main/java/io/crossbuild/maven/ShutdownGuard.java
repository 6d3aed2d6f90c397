// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a thread clean up behind itself when the JVM is told to end, as on Ctrl-C: a shutdown hook interrupts the thread
 * and waits until it is done. Without it the JVM would be gone in the middle of what the thread does.
 */
final class ShutdownGuard implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean shuttingDown;
    private final Thread hook;

    private ShutdownGuard(Thread worker) {
        this.hook = new Thread(() -> interrupt(worker), "crossbuild-interrupt");
    }

    static ShutdownGuard watch(Thread worker) {
        ShutdownGuard guard = new ShutdownGuard(worker);
        try {
            Runtime.getRuntime().addShutdownHook(guard.hook);
        } catch (IllegalStateException tooLate) {
            guard.shuttingDown = true;
            worker.interrupt();
        }
        return guard;
    }

    Thread hook() {
        return hook;
    }

    boolean isShuttingDown() {
        return shuttingDown;
    }

    private void interrupt(Thread worker) {
        shuttingDown = true;
        worker.interrupt();
        try {
            if (!done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                // Whatever is left is removed when the store is opened next.
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        done.countDown();
        if (!shuttingDown) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException alreadyRunning) {
                // It finds the work done.
                return;
            }
        }
    }
}
