// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import io.crossbuild.guest.GuestFacts;
import java.io.IOException;

/** The few files of an environment that belong to no package. */
final class GuestSetup {
    private GuestSetup() {}

    static void write(RootArchive out) throws IOException {
        // QEMU's user network is the guest's only one.
        out.file("/etc/resolv.conf", 0644, "nameserver " + GuestFacts.NAME_SERVER + "\n");
        out.file("/etc/hostname", 0644, GuestFacts.HOST_NAME + "\n");
        out.file("/etc/hosts", 0644, "127.0.0.1 localhost " + GuestFacts.HOST_NAME + "\n::1 localhost\n");
        // No init runs here: packages must not try to start their services (policy-rc.d of init-system-helpers).
        out.file("/usr/sbin/policy-rc.d", 0755, "#!/bin/sh\nexit 101\n");
    }
}
