// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.extract.plan.PlannedFile;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which of the guest's attributes extracted files keep.
 *
 * @param outputTimestamp the modification time of all files; null for the guest's own times
 * @param setId whether they keep the set-user-ID and set-group-ID bits
 */
public record KeptAttributes(@Nullable Instant outputTimestamp, boolean setId) {
    private static final int MODE_BITS = 07777;
    private static final int SET_ID_BITS = 06000;

    int mode(PlannedFile file) {
        int dropped = setId ? 0 : SET_ID_BITS;
        return file.node().permissions() & MODE_BITS & ~dropped;
    }

    Instant modified(PlannedFile file) {
        return outputTimestamp == null ? file.node().modified() : outputTimestamp;
    }

    /** Whether a file loses its set-user-ID or set-group-ID bit. */
    boolean dropsSetId(PlannedFile file) {
        return !setId && file.node().isRegular() && (file.node().permissions() & SET_ID_BITS) != 0;
    }
}
