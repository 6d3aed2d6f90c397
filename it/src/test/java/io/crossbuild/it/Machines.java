// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The QEMU processes below a Maven process, watched until this is closed. */
final class Machines implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Supplier<Stream<ProcessHandle>> processes;
    private final Set<ProcessHandle> seen = ConcurrentHashMap.newKeySet();
    private final Thread watcher = new Thread(this::watch, "machines");

    /** @param processes the processes that run below Maven now */
    Machines(Supplier<Stream<ProcessHandle>> processes) {
        this.processes = processes;
        watcher.setDaemon(true);
        watcher.start();
    }

    private void watch() {
        try {
            while (true) {
                look();
                Thread.sleep(POLL.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        processes.get().filter(Machines::isMachine).forEach(seen::add);
    }

    /** The emulator itself, not the shell that ends it after Maven has ended. */
    static boolean isMachine(ProcessHandle process) {
        String commandLine = process.info().commandLine().orElse("");
        return commandLine.contains("qemu-system-") && !commandLine.contains("crossbuild-guard");
    }

    /** Every QEMU process seen so far, including ended ones. */
    Set<ProcessHandle> seen() {
        return Set.copyOf(seen);
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
