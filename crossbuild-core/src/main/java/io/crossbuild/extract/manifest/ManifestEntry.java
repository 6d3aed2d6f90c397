// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.manifest;

import org.jspecify.annotations.Nullable;

/**
 * One file of a manifest.
 *
 * @param path below the target root
 * @param guest canonical path in the guest
 * @param existing for a directory: it was there before the first extraction and is not removed by a later one
 * @param size of a regular file, in bytes
 * @param sha256 of a regular file's content
 * @param dataSha256 in its place for a file with large holes: see {@link ContentDigest}
 * @param mode permission bits in octal digits; null where the host has none
 * @param modified the modification time of a regular file or directory in ISO 8601
 * @param hardLink of a regular file: the path of the first name of the same file
 * @param target of a link: what it says
 * @param reason why it was extracted
 * @param owner the guest's package that it belongs to; null for none
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

    /** Who asked for a file, by which name, and by which rule. */
    public record Reason(@Nullable String requester, String name, String rule) {}

    /** A package as its own system calls it. */
    public record Owner(String name, String version, String architecture) {}
}
