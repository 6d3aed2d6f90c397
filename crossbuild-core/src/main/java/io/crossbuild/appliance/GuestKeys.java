// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.appliance;

import io.crossbuild.ssh.SshKeyPair;
import io.crossbuild.ssh.SshSession;
import java.util.concurrent.CompletableFuture;

/**
 * The SSH keys of one machine.
 *
 * @param host the key that the guest shows
 * @param client the key that opens it
 */
record GuestKeys(SshKeyPair host, SshKeyPair client) {
    /** Makes them, and has the classes loaded that need them next, while the machine starts. */
    static CompletableFuture<GuestKeys> prepare() {
        return CompletableFuture.supplyAsync(
                () -> {
                    GuestKeys keys = new GuestKeys(SshKeyPair.generate(), SshKeyPair.generate());
                    SshSession.prepare();
                    return keys;
                },
                work -> {
                    Thread thread = new Thread(work, "crossbuild-keys");
                    thread.setDaemon(true);
                    thread.start();
                });
    }
}
