// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.manifest;

import org.jspecify.annotations.Nullable;

/**
 * One file of a manifest.
 *
 * @param path below the target root
 * @param guest canonical path in the guest
 * @param existing for a directory: whether it existed before the first extraction and is never removed by a later one
 * @param size of a regular file, in bytes
 * @param sha256 of a regular file's content
 * @param dataSha256 instead of sha256 for a file with large holes: see {@link ContentDigest}
 * @param mode permission bits in octal digits; null on a host without them
 * @param modified the modification time of a regular file or directory in ISO 8601
 * @param hardLink for a regular file: the path of the first name of the same file
 * @param target for a link: its target
 * @param reason why it was extracted
 * @param owner the guest's package to which it belongs; null for none
 */
public record ManifestEntry(
        String path,
        Type type,
        String guest,
        boolean existing,
        @Nullable Long size,
        @Nullable String sha256,
        @Nullable String dataSha256,
        @Nullable String mode,
        @Nullable String modified,
        @Nullable String hardLink,
        @Nullable String target,
        Reason reason,
        @Nullable Owner owner) {

    /** Named as in the manifest. */
    public enum Type {
        file,
        directory,
        link
    }

    /** Which file requested this one, by which name, and by which rule it was found. */
    public record Reason(@Nullable String requester, String name, String rule) {}

    /** A package, with the names that the guest's package manager uses. */
    public record Owner(String name, String version, String architecture) {}
}
