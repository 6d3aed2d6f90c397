// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import io.crossbuild.io.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;

/**
 * Detects whether an image has changed since it was published. Usually size and modification time are enough; if the
 * time differs, as in a copied store, the digest of the whole file decides.
 *
 * @param modified as {@link Instant} prints it
 * @param sha256 64 hexadecimal digits
 */
record DiskSeal(long sizeBytes, String modified, String sha256) {
    static DiskSeal of(Path image) throws IOException {
        BasicFileAttributes attributes = attributes(image);
        return new DiskSeal(
                attributes.size(),
                attributes.lastModifiedTime().toInstant().toString(),
                Sha256.of(image).hex());
    }

    /** The damage to the image; empty when there is none. */
    Optional<String> damage(Path image) throws IOException {
        if (!Files.isRegularFile(image, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of("'" + image + "' is gone");
        }
        BasicFileAttributes attributes = attributes(image);
        if (attributes.size() != sizeBytes) {
            return Optional.of("'" + image + "' has " + attributes.size() + " bytes (expected " + sizeBytes + ")");
        }
        if (attributes.lastModifiedTime().toInstant().toString().equals(modified)) {
            return Optional.empty();
        }
        String found = Sha256.of(image).hex();
        if (!found.equals(sha256)) {
            return Optional.of("'" + image + "' has digest " + found + " (expected " + sha256 + ")");
        }
        // Makes the next check quick again.
        Files.setLastModifiedTime(image, FileTime.from(Instant.parse(modified)));
        return Optional.empty();
    }

    private static BasicFileAttributes attributes(Path image) throws IOException {
        return Files.readAttributes(image, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
