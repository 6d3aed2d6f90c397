// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.appliance;

import io.crossbuild.net.TrustedCertificates;
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
    /** Makes them in another thread, which then loads the classes that are needed next, while the machine starts. */
    static CompletableFuture<GuestKeys> prepare() {
        CompletableFuture<GuestKeys> keys = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    keys.completeAsync(
                            () -> new GuestKeys(SshKeyPair.generate(), SshKeyPair.generate()), Runnable::run);
                    SshSession.prepare();
                    TrustedCertificates.pem();
                },
                "crossbuild-keys");
        thread.setDaemon(true);
        thread.start();
        return keys;
    }
}
