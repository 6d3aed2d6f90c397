// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.CrossbuildException;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PathLockTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @TempDir
    Path dir;

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
    void aLinkInThePlaceOfTheFileIsNotFollowed() throws Exception {
        Path precious = Files.writeString(dir.resolve("precious"), "mine");
        Path link = Files.createSymbolicLink(dir.resolve("link"), precious);
        assertThatThrownBy(() -> PathLock.tryAcquire(link))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it is a symbolic link (expected a file)");
        Path dangling = Files.createSymbolicLink(dir.resolve("dangling"), dir.resolve("new"));
        assertThatThrownBy(() -> PathLock.acquire(dangling, LONG, (f, holder) -> {}))
                .isInstanceOf(IOException.class);
        assertThat(precious).hasContent("mine");
        assertThat(dir.resolve("new")).doesNotExist();
    }

    @Test
    void oneThreadWaitsForAnotherAndIsNotifiedOnce() throws Exception {
        Path file = dir.resolve("lock");
        List<OptionalLong> told = new ArrayList<>();
        CountDownLatch waiting = new CountDownLatch(1);
        PathLock first = PathLock.acquire(file, LONG, (f, holder) -> {
            throw new AssertionError("the lock is free");
        });
        Thread closer = new Thread(() -> {
            try {
                waiting.await(20, TimeUnit.SECONDS);
                Thread.sleep(150);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            } finally {
                first.close();
            }
        });
        closer.start();
        try (PathLock second = PathLock.acquire(file, LONG, (f, holder) -> {
            told.add(holder);
            waiting.countDown();
        })) {
            assertThat(second.file()).isEqualTo(file);
        }
        closer.join();
        assertThat(told).containsExactly(OptionalLong.of(ProcessHandle.current().pid()));
    }

    @Test
    void theDeadlineEndsTheWaitWithTheHolderInTheMessage() throws Exception {
        Path file = dir.resolve("lock");
        try (PathLock held = PathLock.tryAcquire(file).orElseThrow()) {
            assertThatThrownBy(() -> PathLock.acquire(held.file(), Duration.ofMillis(120), (f, holder) -> {}))
                    .isInstanceOf(CrossbuildException.class)
                    .hasMessageContaining(
                            "another build (process " + ProcessHandle.current().pid() + ")")
                    .hasMessageContaining(file.toString());
            assertThat(PathLock.tryAcquire(file)).isEmpty();
        }
        Optional<PathLock> again = PathLock.tryAcquire(file);
        assertThat(again).isPresent();
        again.get().close();
    }

    @Test
    void neverHaveTwoThreadsTheLock() throws Exception {
        Path file = dir.resolve("lock");
        AtomicInteger holders = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Thread thread = new Thread(() -> {
                for (int round = 0; round < 20; round++) {
                    hold(file, holders, most);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(most).hasValue(1);
    }

    @SuppressWarnings("try")
    private static void hold(Path file, AtomicInteger holders, AtomicInteger most) {
        try (PathLock lock = PathLock.acquire(file, LONG, (f, h) -> {})) {
            most.accumulateAndGet(holders.incrementAndGet(), Math::max);
            Thread.onSpinWait();
            holders.decrementAndGet();
        } catch (IOException | CrossbuildException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anotherProcessHoldsTheLockUntilItEndsByForce() throws Exception {
        Path file = dir.resolve("lock");
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = other.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("locked");
            assertThat(PathLock.tryAcquire(file)).isEmpty();
            List<OptionalLong> told = new ArrayList<>();
            CountDownLatch waiting = new CountDownLatch(1);
            Thread killer = new Thread(() -> {
                try {
                    waiting.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                } finally {
                    other.destroyForcibly();
                }
            });
            killer.start();
            try (PathLock lock = PathLock.acquire(file, LONG, (f, holder) -> {
                told.add(holder);
                waiting.countDown();
            })) {
                assertThat(lock.file()).isEqualTo(file);
            }
            killer.join();
            assertThat(told).containsExactly(OptionalLong.of(other.pid()));
        } finally {
            other.destroyForcibly();
        }
    }

    /** Takes a lock in a separate process and keeps it. */
    static final class Holder {
        private Holder() {}

        @SuppressWarnings({"try", "SystemOut"})
        public static void main(String[] args) throws Exception {
            try (PathLock lock = PathLock.acquire(Path.of(args[0]), LONG, (f, h) -> {})) {
                System.out.println("locked");
                Thread.sleep(60_000);
            }
        }
    }
}
