// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How files are extracted.
 *
 * @param links what becomes of symbolic links
 * @param outputTimestamp the modification time of everything written; null for the guest's own times
 * @param keepSetId whether the set-user-ID and set-group-ID bits are kept; they name an owner that the host's file has not
 * @param closure what is asked of the libraries
 */
public record ExtractionOptions(
        Links links, @Nullable Instant outputTimestamp, boolean keepSetId, ClosureOptions closure) {

    /** Links kept, the guest's times, no set-user-ID. */
    public static final ExtractionOptions DEFAULTS =
            new ExtractionOptions(Links.KEEP, null, false, ClosureOptions.DEFAULTS);

    /** What becomes of symbolic links. */
    public enum Links {
        /** They stay links, where the host can make any. */
        KEEP,
        /** Each path that goes over a link becomes a path of its own, as in OPS. */
        FOLLOW
    }

    public ExtractionOptions withLinks(Links value) {
        return new ExtractionOptions(value, outputTimestamp, keepSetId, closure);
    }

    public ExtractionOptions withClosure(ClosureOptions value) {
        return new ExtractionOptions(links, outputTimestamp, keepSetId, value);
    }
}
