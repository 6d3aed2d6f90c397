// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a thread clean up after itself when the JVM is told to end, for example by Ctrl-C: a shutdown hook interrupts
 * the thread and waits until it is done. Without the hook the JVM would end in the middle of the thread's work.
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
                // Anything left over is removed the next time the store is opened.
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
                // The hook finds that the work is done.
                return;
            }
        }
    }
}
