// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How files are extracted.
 *
 * @param links how symbolic links are extracted
 * @param outputTimestamp the modification time of everything written; null for the guest's own times
 * @param keepSetId whether the set-user-ID and set-group-ID bits are kept; they refer to an owner that the host's file
 *     does not have
 * @param closure how libraries are found and checked
 * @param linkedDirectoryBytes the size up to which a directory is extracted because a link in an extracted directory
 *     leads there; 0 for none. Files to which such links lead are always extracted
 * @param maxFiles how many files, links and directories may be extracted
 * @param maxBytes how many bytes may be extracted; holes do not count
 */
public record ExtractionOptions(
        Links links,
        @Nullable Instant outputTimestamp,
        boolean keepSetId,
        ClosureOptions closure,
        long linkedDirectoryBytes,
        int maxFiles,
        long maxBytes) {

    /** The default of {@link #linkedDirectoryBytes}: 50 MiB. */
    public static final long LINKED_DIRECTORY_BYTES = 50L << 20;

    /** The default of {@link #maxFiles}: a million. */
    public static final int MAX_FILES = 1_000_000;

    /** The default of {@link #maxBytes}: 20 GiB, as many as the guest's disk has by default. */
    public static final long MAX_BYTES = 20L << 30;

    /** Links kept, the guest's times, no set-user-ID. */
    public static final ExtractionOptions DEFAULTS = new ExtractionOptions(
            Links.KEEP, null, false, ClosureOptions.DEFAULTS, LINKED_DIRECTORY_BYTES, MAX_FILES, MAX_BYTES);

    /** How symbolic links are extracted. */
    public enum Links {
        /** They stay links, if the host supports them. */
        KEEP,
        /** Each path through a link becomes a separate file, as in OPS. */
        FOLLOW
    }

    /** The same with a different treatment of symbolic links. */
    public ExtractionOptions withLinks(Links value) {
        return new ExtractionOptions(
                value, outputTimestamp, keepSetId, closure, linkedDirectoryBytes, maxFiles, maxBytes);
    }

    /** The same with this modification time for everything written; null for the guest's own times. */
    public ExtractionOptions withOutputTimestamp(@Nullable Instant value) {
        return new ExtractionOptions(links, value, keepSetId, closure, linkedDirectoryBytes, maxFiles, maxBytes);
    }

    /** The same; if true, the set-user-ID and set-group-ID bits are kept. */
    public ExtractionOptions withKeepSetId(boolean value) {
        return new ExtractionOptions(links, outputTimestamp, value, closure, linkedDirectoryBytes, maxFiles, maxBytes);
    }

    /** The same with different options for libraries. */
    public ExtractionOptions withClosure(ClosureOptions value) {
        return new ExtractionOptions(
                links, outputTimestamp, keepSetId, value, linkedDirectoryBytes, maxFiles, maxBytes);
    }

    /** The same with a different limit, in bytes from 0, see {@link #linkedDirectoryBytes()}. */
    public ExtractionOptions withLinkedDirectoryBytes(long value) {
        return new ExtractionOptions(links, outputTimestamp, keepSetId, closure, value, maxFiles, maxBytes);
    }

    /** The same with a different limit, from 1, see {@link #maxFiles()}. */
    public ExtractionOptions withMaxFiles(int value) {
        return new ExtractionOptions(links, outputTimestamp, keepSetId, closure, linkedDirectoryBytes, value, maxBytes);
    }

    /** The same with a different limit, see {@link #maxBytes()}. */
    public ExtractionOptions withMaxBytes(long value) {
        return new ExtractionOptions(links, outputTimestamp, keepSetId, closure, linkedDirectoryBytes, maxFiles, value);
    }
}
