// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

/**
 * A package with files that dpkg knows.
 *
 * @param name its name, without an architecture
 * @param version its version, as dpkg writes it
 * @param architecture Debian's name, or "all"
 * @param source the name of the source package
 * @param sourceVersion the version of the source package
 */
public record InstalledPackage(String name, String version, String architecture, String source, String sourceVersion) {
    /** As dpkg writes it, such as "libc6:amd64 2.41-12". */
    @Override
    public String toString() {
        return name + ":" + architecture + " " + version;
    }
}
