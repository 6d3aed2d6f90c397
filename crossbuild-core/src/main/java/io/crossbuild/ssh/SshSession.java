// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ssh;

import io.crossbuild.process.Deadline;
import io.crossbuild.ssh.SshException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.userauth.keyprovider.KeyPairWrapper;
import net.schmizz.sshj.userauth.method.AuthPublickey;

/**
 * A connection to the SSH server of a guest on this host. Commands may run in it at the same time, from several threads.
 */
public final class SshSession implements AutoCloseable {
    private static final long MAX_RESULT_BYTES = 4 << 20;
    private static final byte[] NO_INPUT = {};
    /** For what sshj waits for by itself; the waits that callers see have deadlines of their own. */
    private static final int PATIENCE_MILLIS = 600_000;

    private final SSHClient client;

    private SshSession(SSHClient client) {
        this.client = client;
    }

    /** Loads what a connection needs, so that the first one is made sooner. */
    public static void prepare() {
        SshConfig.exercise();
        closeQuietly(new SSHClient(SshConfig.create()));
    }

    /**
     * Connects to 127.0.0.1 and logs in.
     *
     * @param hostKey the only key that the guest may show; there is no trust on first use
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
            // QEMU's network takes the connection at once, also while the guest does not listen yet or is hung.
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

    /** As {@link #exec(String, byte[], OutputSink, OutputSink, Deadline)}, with no input. */
    public int exec(String command, OutputSink out, OutputSink err, Deadline deadline)
            throws IOException, InterruptedException {
        return exec(command, NO_INPUT, out, err, deadline);
    }

    /**
     * Runs a command through the user's shell in the guest and waits for its end. Each sink is called from a thread of
     * its own; all calls are done when this returns.
     *
     * @param input what the command reads from standard input
     * @return the exit status; 128 plus the signal's number when a signal ended it
     * @throws SshException when the connection ends before the command does, or the command does not end by the deadline
     * @throws IOException when a sink fails
     */
    public int exec(String command, byte[] input, OutputSink out, OutputSink err, Deadline deadline)
            throws IOException, InterruptedException {
        return new RemoteExec(client, command, input, out, err).run(deadline);
    }

    /**
     * Runs a command that a person talks to, and waits for its end.
     *
     * @return as {@link #exec(String, byte[], OutputSink, OutputSink, Deadline)}
     * @throws SshException when the connection ends before the command does, or the command does not end by the deadline
     */
    public int interact(String command, UserTerminal terminal, Deadline deadline)
            throws IOException, InterruptedException {
        return RemoteExec.interactive(client, command, terminal).run(deadline);
    }

    /** As {@link #run(String, byte[], Deadline)}, with no input. */
    public CommandResult run(String command, Deadline deadline) throws IOException, InterruptedException {
        return run(command, NO_INPUT, deadline);
    }

    /** Runs a command whose output is small: at most 4 MiB on each stream, else an IOException. */
    public CommandResult run(String command, byte[] input, Deadline deadline) throws IOException, InterruptedException {
        BoundedSink out = new BoundedSink(MAX_RESULT_BYTES);
        BoundedSink err = new BoundedSink(MAX_RESULT_BYTES);
        int status = exec(command, input, out, err, deadline);
        return new CommandResult(
                status,
                new String(out.bytes(), StandardCharsets.UTF_8),
                new String(err.bytes(), StandardCharsets.UTF_8));
    }

    /**
     * Writes a small file in the guest, through a temporary one beside it.
     *
     * @param mode permission bits
     * @throws IOException when the guest cannot write it
     */
    public void put(String path, byte[] content, int mode, Deadline deadline) throws IOException, InterruptedException {
        String target = quote(path);
        String temporary = quote(path + ".crossbuild-new");
        String command = "cat >" + temporary + " && chmod " + Integer.toOctalString(mode & 07777) + " " + temporary
                + " && mv -f " + temporary + " " + target;
        BoundedSink err = new BoundedSink(MAX_RESULT_BYTES);
        int status = exec(command, content, OutputSink.NONE, err, deadline);
        check("write", path, status, err);
    }

    /**
     * Reads a small file of the guest.
     *
     * @throws IOException when the guest cannot read it, or it is longer than {@code maxBytes}
     */
    public byte[] get(String path, long maxBytes, Deadline deadline) throws IOException, InterruptedException {
        BoundedSink out = new BoundedSink(maxBytes);
        BoundedSink err = new BoundedSink(MAX_RESULT_BYTES);
        int status = exec("cat <" + quote(path), NO_INPUT, out, err, deadline);
        check("read", path, status, err);
        return out.bytes();
    }

    private static void check(String verb, String path, int status, BoundedSink err) throws IOException {
        if (status != 0) {
            String words = new String(err.bytes(), StandardCharsets.UTF_8).strip();
            throw new IOException("Cannot " + verb + " '" + path + "' in the guest: "
                    + (words.isEmpty() ? "status " + status : words));
        }
    }

    /** One word for a POSIX shell (POSIX XCU 2.2.2), whatever it holds. */
    public static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** Whether the connection stands, as far as this side knows. */
    public boolean isConnected() {
        return client.isConnected() && client.isAuthenticated();
    }

    /** Ends the connection; commands that still run in it fail. */
    @Override
    public void close() {
        closeQuietly(client);
    }

    private static void closeQuietly(SSHClient client) {
        try {
            client.close();
        } catch (IOException e) {
            // The connection has ended already.
        }
    }
}
