// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

/** What is alike in every guest, and known to those who prepare an environment for it. */
public final class GuestFacts {
    /** The host, or rather its loopback interface, in QEMU's user network. */
    public static final String HOST = "10.0.2.2";

    /** The name server of QEMU's user network. */
    public static final String NAME_SERVER = "10.0.2.3";

    public static final String HOST_NAME = "crossbuild";

    /**
     * Where {@link Guest#configurePackages} finds what it works with, and removes it: the file "preinst", which lists
     * packages with such a script, and packages whose names end in ".deb", which dpkg itself is to unpack.
     */
    public static final String CONFIGURATION_DIRECTORY = "/var/lib/crossbuild";

    private GuestFacts() {}
}
