// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.manifest;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A digest of a file's content.
 *
 * @param hex 64 hexadecimal digits of a SHA-256 digest
 * @param ofData whether it is one of the data between the holes: of each stretch of data its start, its bytes and its end,
 *     then the file's length, numbers in eight bytes with the highest first. To digest a hole of terabytes as the zeros
 *     that it reads as would take hours
 */
public record ContentDigest(String hex, boolean ofData) {

    /** The digest that a manifest says; empty when it says none. */
    static Optional<ContentDigest> of(ManifestEntry entry) {
        return entry.sha256() != null
                ? Optional.of(new ContentDigest(entry.sha256(), false))
                : Optional.ofNullable(entry.dataSha256()).map(hex -> new ContentDigest(hex, true));
    }

    /** The digest as the manifest has it, when it is one of the whole content. */
    public @Nullable String ofContent() {
        return ofData ? null : hex;
    }

    /** The digest as the manifest has it, when it is one of the data between the holes. */
    public @Nullable String ofDataOnly() {
        return ofData ? hex : null;
    }

    /** Whether a manifest says the same. */
    public boolean isThatOf(ManifestEntry entry) {
        return hex.equals(ofData ? entry.dataSha256() : entry.sha256());
    }
}
