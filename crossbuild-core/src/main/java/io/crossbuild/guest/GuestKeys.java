// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.ssh.SshKeyPair;

/**
 * The SSH keys of one machine.
 *
 * @param host the key that the guest presents
 * @param client the key that it accepts
 */
record GuestKeys(SshKeyPair host, SshKeyPair client) {
    static GuestKeys generate() {
        return new GuestKeys(SshKeyPair.generate(), SshKeyPair.generate());
    }
}
