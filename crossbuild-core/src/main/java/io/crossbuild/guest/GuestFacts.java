// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.network.UserNetwork;

/** What is the same in every guest, for code that prepares an environment for it. */
public final class GuestFacts {
    /** The host, more precisely its loopback interface, in QEMU's user network. */
    public static final String HOST = UserNetwork.GATEWAY_TEXT;

    /** The name server of QEMU's user network. */
    public static final String NAME_SERVER = UserNetwork.NAME_SERVER_TEXT;

    public static final String HOST_NAME = "crossbuild";

    /**
     * The input of {@link Guest#configurePackages}, which removes it: the file "preinst", which lists packages with
     * such a script, and packages with names in ".deb", which dpkg itself must unpack.
     */
    public static final String CONFIGURATION_DIRECTORY = "/var/lib/crossbuild";

    private GuestFacts() {}
}
