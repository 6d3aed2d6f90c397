// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import java.time.Instant;

/**
 * The time in which accesses count.
 *
 * @param after accesses at this time are too early
 * @param until accesses at this time count
 */
public record AccessWindow(Instant after, Instant until) {
    /** Whether an access counts. */
    public boolean contains(Instant accessed) {
        return accessed.isAfter(after) && !accessed.isAfter(until);
    }
}
