// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qmp;

import io.crossbuild.process.Deadline;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The events with some names, from the moment of the subscription on. Subscribe before the command that causes an
 * event, so that no event is missed.
 */
public final class QmpEvents implements AutoCloseable {
    /** A guest can cause any number of events; above this limit the oldest are dropped. */
    private static final int CAPACITY = 1000;

    private final Set<String> names;
    private final Consumer<QmpEvents> onClose;
    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<QmpEvent> queue = new ArrayDeque<>();
    private @Nullable IOException end;

    QmpEvents(Set<String> names, Consumer<QmpEvents> onClose) {
        this.names = Set.copyOf(names);
        this.onClose = onClose;
    }

    /**
     * Returns the first matching event, dropping those before it.
     *
     * @throws QmpTimeoutException when none arrived in time
     * @throws IOException when the connection ended
     */
    public QmpEvent await(Predicate<QmpEvent> wanted, Deadline deadline) throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            while (true) {
                for (QmpEvent event = queue.poll(); event != null; event = queue.poll()) {
                    if (wanted.test(event)) {
                        return event;
                    }
                }
                IOException ended = end;
                if (ended != null) {
                    throw new IOException(ended.getMessage(), ended);
                }
                if (changed.awaitNanos(deadline.remainingNanos()) <= 0 && queue.isEmpty() && end == null) {
                    throw new QmpTimeoutException("No event " + String.join("/", names) + " within " + deadline);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    void offer(QmpEvent event) {
        if (!names.contains(event.name())) {
            return;
        }
        lock.lock();
        try {
            if (queue.size() == CAPACITY) {
                queue.removeFirst();
            }
            queue.addLast(event);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void end(IOException cause) {
        lock.lock();
        try {
            end = cause;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the subscription. */
    @Override
    public void close() {
        onClose.accept(this);
    }
}
