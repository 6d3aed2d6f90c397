// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Arrays;
import org.apache.sshd.common.config.keys.AuthorizedKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;

class SshKeyPairTest {
    private final SshKeyPair pair = SshKeyPair.generate();

    @Test
    void anotherImplementationReadsThePublicKeyLine() throws Exception {
        String line = pair.publicKey().openSshLine();
        assertThat(line).startsWith("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI").doesNotContain("\n");
        PublicKey read =
                AuthorizedKeyEntry.parseAuthorizedKeyEntry(line).resolvePublicKey(null, PublicKeyEntryResolver.FAILING);
        assertThat(pair.publicKey().matches(read)).isTrue();
    }

    @Test
    void theHostKeyFileHoldsTheSeedAndThePublicKeyThatBelongsToIt() {
        ByteBuffer file = ByteBuffer.wrap(pair.dropbearHostKey());
        assertThat(string(file)).isEqualTo("ssh-ed25519".getBytes(StandardCharsets.US_ASCII));
        byte[] secret = string(file);
        assertThat(file.hasRemaining()).isFalse();
        assertThat(secret).hasSize(64);
        byte[] derived =
                new Ed25519PrivateKeyParameters(secret, 0).generatePublicKey().getEncoded();
        assertThat(Arrays.copyOfRange(secret, 32, 64))
                .isEqualTo(derived)
                .isEqualTo(pair.publicKey().point());
    }

    @Test
    void noTwoPairsAreTheSame() {
        SshKeyPair other = SshKeyPair.generate();
        assertThat(other.publicKey()).isNotEqualTo(pair.publicKey());
        assertThat(pair.publicKey().matches(other.keys().getPublic())).isFalse();
        assertThat(pair.publicKey()).isEqualTo(SshPublicKey.of(pair.keys().getPublic()));
    }

    private static byte[] string(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.getInt()];
        buffer.get(bytes);
        return bytes;
    }
}
