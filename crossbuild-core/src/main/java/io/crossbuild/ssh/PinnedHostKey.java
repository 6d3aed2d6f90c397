// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ssh;

import java.security.PublicKey;
import java.util.List;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;

/** Accepts only the key that the guest was given. */
record PinnedHostKey(SshPublicKey expected) implements HostKeyVerifier {
    @Override
    public boolean verify(String hostname, int port, PublicKey key) {
        return expected.matches(key);
    }

    @Override
    public List<String> findExistingAlgorithms(String hostname, int port) {
        return List.of(SshPublicKey.TYPE);
    }
}
