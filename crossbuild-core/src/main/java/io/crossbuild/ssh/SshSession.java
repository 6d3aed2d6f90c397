// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ssh;

import io.crossbuild.process.Deadline;
import io.crossbuild.spec.UserTerminal;
import io.crossbuild.ssh.SshException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.userauth.keyprovider.KeyPairWrapper;
import net.schmizz.sshj.userauth.method.AuthPublickey;

/**
 * A connection to the SSH server of a guest on this host.
 */
public final class SshSession implements AutoCloseable {
    /** For sshj's internal waits; the waits of callers have their own deadlines. */
    private static final int PATIENCE_MILLIS = 600_000;

    private final SSHClient client;

    private SshSession(SSHClient client) {
        this.client = client;
    }

    /**
     * Connects to 127.0.0.1 and logs in.
     *
     * @param hostKey the only host key that is accepted; there is no trust on first use
     * @throws SshException when there is no connection by the deadline
     */
    public static SshSession connect(int port, String user, SshPublicKey hostKey, SshKeyPair key, Deadline deadline)
            throws SshException, InterruptedException {
        SSHClient client = new SSHClient(SshConfig.create());
        client.setSocketFactory(new LoopbackSockets());
        client.addHostKeyVerifier(new PinnedHostKey(hostKey));
        boolean connected = false;
        try {
            int millis = deadline.remainingMillis();
            client.setConnectTimeout(millis);
            // QEMU's network accepts the connection at once, even while the guest is not listening yet or hangs.
            client.setTimeout(millis);
            client.getTransport().setTimeoutMs(millis);
            client.connect(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
            client.getTransport().setTimeoutMs(deadline.remainingMillis());
            client.auth(user, new AuthPublickey(new KeyPairWrapper(key.keys())));
            client.getSocket().setSoTimeout(0);
            client.getTransport().setTimeoutMs(PATIENCE_MILLIS);
            client.getConnection().setTimeoutMs(PATIENCE_MILLIS);
            connected = true;
            return new SshSession(client);
        } catch (IOException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            throw new SshException(
                    Reason.NOT_CONNECTED,
                    "Cannot connect to the guest at '127.0.0.1:" + port + "': "
                            + (deadline.isExpired() ? "not ready within " + deadline : e.getMessage()),
                    e);
        } finally {
            if (!connected) {
                closeQuietly(client);
            }
        }
    }

    /**
     * Runs an interactive command, and waits for its end.
     *
     * @return the exit status; 128 plus the signal's number when a signal ended it
     * @throws SshException when the connection ends before the command does, or the command does not end by the deadline
     */
    public int interact(String command, UserTerminal terminal, Deadline deadline)
            throws IOException, InterruptedException {
        return new RemoteExec(client, command, terminal).run(deadline);
    }

    /** One word for a POSIX shell (POSIX XCU 2.2.2), whatever it contains. */
    public static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** Whether the connection is open, as known to this side. */
    public boolean isConnected() {
        return client.isConnected() && client.isAuthenticated();
    }

    /** Ends the connection; commands that are still running in it fail. */
    @Override
    public void close() {
        closeQuietly(client);
    }

    private static void closeQuietly(SSHClient client) {
        try {
            client.close();
        } catch (IOException e) {
            // The connection has already ended.
        }
    }
}
