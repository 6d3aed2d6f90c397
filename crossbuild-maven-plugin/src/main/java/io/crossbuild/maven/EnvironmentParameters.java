// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code <environment>} in a POM. */
public final class EnvironmentParameters {
    private @Nullable String suite;
    private @Nullable String arch;
    private @Nullable String mirror;
    private @Nullable List<String> packages;

    /**
     * The code name of a Debian release: trixie, bookworm or bullseye; buster and stretch, which are archived, need a
     * mirror that has them.
     */
    public void setSuite(String suite) {
        this.suite = suite;
    }

    /** The processor architecture: amd64 or arm64. */
    public void setArch(String arch) {
        this.arch = arch;
    }

    /** The address of a Debian mirror. */
    public void setMirror(String mirror) {
        this.mirror = mirror;
    }

    /** Packages in addition to the base system: child elements, or a text with names separated by commas or spaces. */
    public void setPackages(List<String> packages) {
        this.packages = packages;
    }

    @Nullable String suite() {
        return suite;
    }

    @Nullable String arch() {
        return arch;
    }

    @Nullable String mirror() {
        return mirror;
    }

    @Nullable List<String> packages() {
        return packages;
    }
}
