// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.process;

import java.time.Duration;

/**
 * A moment on the monotonic clock by which something must be done.
 *
 * <p>One deadline is passed to all waits of an operation, so that they share its time.
 */
public final class Deadline {
    private static final Duration LONGEST = Duration.ofDays(365);

    private final Duration whole;
    private final long startNanos;

    private Deadline(Duration whole) {
        this.whole = whole;
        this.startNanos = System.nanoTime();
    }

    /**
     * The deadline that ends {@code duration} from now; a negative duration has already expired, one of more than a
     * year ends after a year.
     */
    public static Deadline after(Duration duration) {
        Duration limited = duration.compareTo(LONGEST) > 0 ? LONGEST : duration;
        return new Deadline(limited.isNegative() ? Duration.ZERO : limited);
    }

    /** The time left; zero once it has expired. */
    public Duration remaining() {
        return Duration.ofNanos(remainingNanos());
    }

    /** The time left in nanoseconds; 0 once it has expired. */
    public long remainingNanos() {
        return Math.max(0, whole.toNanos() - (System.nanoTime() - startNanos));
    }

    /** The time left in milliseconds, rounded up, for calls in which 0 means "no limit": at least 1. */
    public int remainingMillis() {
        return (int) Math.min(Integer.MAX_VALUE, remainingNanos() / 1_000_000 + 1);
    }

    public boolean isExpired() {
        return remainingNanos() == 0;
    }

    /** The earlier one of this deadline and {@code duration} from now. */
    public Deadline atMost(Duration duration) {
        return remaining().compareTo(duration) <= 0 ? this : after(duration);
    }

    /** The time it was made with, for messages. */
    public Duration whole() {
        return whole;
    }

    /** The time it was made with, such as {@code 90 s}. */
    @Override
    public String toString() {
        long millis = whole.toMillis();
        return millis % 1000 == 0 || millis >= 10_000 ? millis / 1000 + " s" : millis + " ms";
    }
}
