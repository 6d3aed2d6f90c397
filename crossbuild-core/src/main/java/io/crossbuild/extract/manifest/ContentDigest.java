// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.manifest;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A digest of a file's content.
 *
 * @param hex 64 hexadecimal digits of a SHA-256 digest
 * @param ofData whether only the data between the holes is digested: the start, the bytes and the end of each run of
 *     data, then the file's length; numbers are eight bytes, big-endian. Digesting a hole of terabytes as zeros would
 *     take hours
 */
public record ContentDigest(String hex, boolean ofData) {

    /** The digest in a manifest; empty when there is none. */
    static Optional<ContentDigest> of(ManifestEntry entry) {
        return entry.sha256() != null
                ? Optional.of(new ContentDigest(entry.sha256(), false))
                : Optional.ofNullable(entry.dataSha256()).map(hex -> new ContentDigest(hex, true));
    }

    /** The digest in its text form if it covers the whole content; otherwise null. */
    public @Nullable String ofContent() {
        return ofData ? null : hex;
    }

    /** The digest in its text form if it covers only the data between the holes; otherwise null. */
    public @Nullable String ofDataOnly() {
        return ofData ? hex : null;
    }

    /** Whether an entry has the same digest. */
    public boolean isThatOf(ManifestEntry entry) {
        return hex.equals(ofData ? entry.dataSha256() : entry.sha256());
    }
}
