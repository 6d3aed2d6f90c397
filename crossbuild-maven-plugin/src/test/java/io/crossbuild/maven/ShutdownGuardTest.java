// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ShutdownGuardTest {
    @Test
    void theHookWaitsUntilTheThreadHasCleanedUp() throws InterruptedException {
        CountDownLatch working = new CountDownLatch(1);
        AtomicBoolean cleaned = new AtomicBoolean();
        ShutdownGuard[] guard = new ShutdownGuard[1];
        Thread worker = new Thread(() -> {
            guard[0] = ShutdownGuard.watch(Thread.currentThread());
            try {
                working.countDown();
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                cleaned.set(guard[0].isShuttingDown());
            } finally {
                guard[0].close();
            }
        });
        worker.start();
        working.await();
        Thread hook = guard[0].hook();
        hook.start();
        hook.join(TimeUnit.SECONDS.toMillis(10));
        assertThat(hook.isAlive()).isFalse();
        assertThat(cleaned).isTrue();
        // At the end of this JVM a hook that has run already would keep it from waiting for the others.
        assertThat(Runtime.getRuntime().removeShutdownHook(hook)).isTrue();
    }

    @Test
    void nothingIsLeftWhenTheWorkIsDone() {
        ShutdownGuard guard = ShutdownGuard.watch(Thread.currentThread());
        Thread hook = guard.hook();
        guard.close();
        assertThat(Runtime.getRuntime().removeShutdownHook(hook)).isFalse();
        assertThat(guard.isShuttingDown()).isFalse();
    }
}
