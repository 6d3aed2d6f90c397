// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * The threads of one task. Closing it interrupts those that still run, and waits until none of them reads or writes any
 * more.
 */
public final class Workers implements AutoCloseable {
    private static final int THREADS =
            Math.max(2, Math.min(4, Runtime.getRuntime().availableProcessors()));
    private static final int MIN_BATCH = 64;
    private static final long PATIENCE_SECONDS = 30;

    private final ExecutorService pool;

    /** @param name the name of each thread */
    public Workers(String name) {
        pool = Executors.newFixedThreadPool(THREADS, runnable -> {
            Thread thread = new Thread(runnable, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** The number of tasks that run at once. */
    public int threads() {
        return THREADS;
    }

    /** Starts a task that cannot fail and that no caller waits for. */
    public void start(Runnable task) {
        pool.execute(task);
    }

    /** Starts a task that {@link #await} waits for. */
    public <T> Future<T> submit(Callable<T> task) {
        return pool.submit(task);
    }

    /** The work for one of many items. */
    @FunctionalInterface
    public interface Action<T> {
        /** Does the work for one item; an exception ends the whole task. */
        void on(T item) throws IOException, CrossbuildException, InterruptedException;
    }

    /**
     * Does the work for every item, in no particular order, and waits for the end. Neighbouring items share a thread.
     */
    public <T> void forEach(List<T> items, Action<T> action)
            throws IOException, CrossbuildException, InterruptedException {
        int size = Math.max(MIN_BATCH, (items.size() + 4 * THREADS - 1) / (4 * THREADS));
        List<Future<Integer>> running = new ArrayList<>();
        for (int start = 0; start < items.size(); start += size) {
            List<T> batch = items.subList(start, Math.min(items.size(), start + size));
            running.add(submit(() -> {
                for (T item : batch) {
                    action.on(item);
                }
                return batch.size();
            }));
        }
        for (Future<Integer> future : running) {
            int unused = await(future);
        }
    }

    /** Waits for a task; throws the exception that it threw. */
    public static <T> T await(Future<T> task) throws IOException, CrossbuildException, InterruptedException {
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CrossbuildException cause) {
                throw cause;
            }
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            if (e.getCause() instanceof InterruptedException cause) {
                throw cause;
            }
            throw new IOException(e.getCause());
        }
    }

    @Override
    public void close() {
        pool.shutdownNow();
        boolean interrupted = false;
        boolean ended = false;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
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
    }
}
