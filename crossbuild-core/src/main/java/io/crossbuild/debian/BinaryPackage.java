// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.io.Sha256;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One binary package of an archive, as its stanza in {@code Packages} describes it.
 *
 * @param architecture Debian's name, or "all"
 * @param needs {@code Pre-Depends} and {@code Depends}, in that order
 * @param against {@code Conflicts} and {@code Breaks}: for a first installation they mean the same
 * @param file path of the .deb below the mirror's root
 * @param sizeBytes length of the .deb
 * @param digest of the .deb
 * @param installedBytes the unpacked size that the package declares; 0 when it declares none
 */
public record BinaryPackage(
        String name,
        DebianVersion version,
        String architecture,
        boolean essential,
        Priority priority,
        MultiArch multiArch,
        List<Dependency> needs,
        List<PackageRelation> against,
        List<Provided> provides,
        String file,
        long sizeBytes,
        Sha256 digest,
        long installedBytes) {
    public BinaryPackage {
        needs = List.copyOf(needs);
        against = List.copyOf(against);
        provides = List.copyOf(provides);
    }

    /** How important a package is for a system (Debian Policy 2.5), the most important first. */
    public enum Priority {
        REQUIRED,
        IMPORTANT,
        STANDARD,
        OPTIONAL,
        EXTRA
    }

    /** The field {@code Multi-Arch}. */
    public enum MultiArch {
        NO,
        SAME,
        FOREIGN,
        ALLOWED
    }

    /**
     * A name that a package provides in addition to its own.
     *
     * @param version the version of the provided name; null for none
     */
    public record Provided(String name, @Nullable DebianVersion version) {}

    /** Compares digests: two packages with the same .deb are the same. */
    @Override
    public boolean equals(Object other) {
        return other instanceof BinaryPackage that && digest.equals(that.digest) && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return digest.hashCode();
    }

    /** {@code name=version}, as accepted by apt-get. */
    @Override
    public String toString() {
        return name + "=" + version;
    }
}
