// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import java.io.IOException;

/** The few files of an environment that no package brings. */
final class GuestSetup {
    /** What the appliance's script "configure" works with, and removes. */
    static final String WORK = "/var/lib/crossbuild";

    private GuestSetup() {}

    static void write(RootArchive out) throws IOException {
        // QEMU's user network; the guest has no other.
        out.file("/etc/resolv.conf", 0644, "nameserver 10.0.2.3\n");
        out.file("/etc/hostname", 0644, "crossbuild\n");
        out.file("/etc/hosts", 0644, "127.0.0.1 localhost crossbuild\n::1 localhost\n");
        // No init runs here: packages must not try to start their services (policy-rc.d of init-system-helpers).
        out.file("/usr/sbin/policy-rc.d", 0755, "#!/bin/sh\nexit 101\n");
    }
}
