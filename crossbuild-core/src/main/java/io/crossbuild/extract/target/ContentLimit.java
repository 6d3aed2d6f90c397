// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.extract.plan.PlannedFile;
import io.crossbuild.extract.plan.TargetPlan;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many bytes an extraction may write: as many as the user allows, and no more than the disk stores, since the files
 * of a hostile disk may share its blocks without an end. Safe for use by several threads.
 */
final class ContentLimit {
    /** Finding out what the disk stores takes a moment. */
    private static final long WORTH_A_LOOK = 1 << 20;

    private final TargetPlan plan;
    private final long maxBytes;
    private final AtomicLong all = new AtomicLong();
    private final AtomicLong different = new AtomicLong();
    private final Set<Long> begun = ConcurrentHashMap.newKeySet();
    private long stored = -1;

    ContentLimit(TargetPlan plan, long maxBytes) {
        this.plan = plan;
        this.maxBytes = maxBytes;
    }

    /** Counts what is written of a file. */
    OfFile of(PlannedFile file) {
        // A file that becomes several is stored once.
        boolean counts = !file.isGenerated() && begun.add(file.node().id());
        return bytes -> {
            if (all.addAndGet(bytes) > maxBytes) {
                throw new CrossbuildException(
                        "Cannot extract '" + file.guest() + "': with it, the files have more than " + maxBytes
                                + " bytes (expected at most that many)",
                        AdviceKey.EXTRACT_LESS.advice());
            }
            long sum = counts ? different.addAndGet(bytes) : 0;
            if (sum > WORTH_A_LOOK && sum > stored()) {
                throw new MalformedInputException(
                        file.guest(),
                        -1,
                        "with it, the files have more than " + sum + " bytes, but their disk stores only " + stored()
                                + " (expected at most that many)");
            }
        };
    }

    private synchronized long stored() throws IOException, CrossbuildException {
        if (stored < 0) {
            OptionalLong known = plan.storedBytes();
            stored = known.orElse(Long.MAX_VALUE);
        }
        return stored;
    }

    /** Is called before bytes of a file are written. */
    @FunctionalInterface
    interface OfFile {
        void add(long bytes) throws IOException, CrossbuildException;
    }
}
