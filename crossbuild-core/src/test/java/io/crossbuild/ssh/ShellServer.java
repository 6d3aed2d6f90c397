// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ssh;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.jspecify.annotations.Nullable;

/** A real SSH server in this JVM, on the loopback interface, that runs commands with {@code /bin/sh}. */
final class ShellServer implements AutoCloseable {
    final SshServer server;
    final List<Process> processes = new CopyOnWriteArrayList<>();

    private ShellServer(SshServer server) {
        this.server = server;
    }

    static ShellServer start(SshKeyPair hostKey, SshPublicKey client) throws IOException {
        SshServer server = SshServer.setUpDefaultServer();
        ShellServer shell = new ShellServer(server);
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(KeyPairProvider.wrap(bouncyCastleKeys(hostKey)));
        server.setPublickeyAuthenticator(
                (String user, PublicKey key, org.apache.sshd.server.session.ServerSession session) ->
                        user.equals("root") && client.matches(key));
        server.setCommandFactory((channel, command) -> shell.new Shell(command));
        server.start();
        return shell;
    }

    /** The server knows Ed25519 keys as objects of BouncyCastle only. */
    private static KeyPair bouncyCastleKeys(SshKeyPair pair) throws IOException {
        try {
            KeyFactory factory = KeyFactory.getInstance("Ed25519", new BouncyCastleProvider());
            return new KeyPair(
                    factory.generatePublic(
                            new X509EncodedKeySpec(pair.keys().getPublic().getEncoded())),
                    factory.generatePrivate(
                            new PKCS8EncodedKeySpec(pair.keys().getPrivate().getEncoded())));
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    int port() {
        return server.getPort();
    }

    /** Drops every connection as a dying machine does. */
    void cut() {
        server.getActiveSessions().forEach(s -> s.close(true));
    }

    @Override
    public void close() throws IOException {
        processes.forEach(Process::destroyForcibly);
        server.stop(true);
    }

    private final class Shell implements Command {
        private final String command;
        private InputStream in = InputStream.nullInputStream();
        private OutputStream out = OutputStream.nullOutputStream();
        private OutputStream err = OutputStream.nullOutputStream();
        private @Nullable Process process;
        private ExitCallback exit = (status, message, immediately) -> {};

        Shell(String command) {
            this.command = command;
        }

        @Override
        public void start(ChannelSession channel, Environment env) throws IOException {
            Process running = new ProcessBuilder("/bin/sh", "-c", command).start();
            process = running;
            processes.add(running);
            Thread outputs = copying(running.getInputStream(), out);
            Thread errors = copying(running.getErrorStream(), err);
            copying(in, running.getOutputStream());
            background(() -> {
                int status = running.waitFor();
                outputs.join();
                errors.join();
                if (status > 128) {
                    tellSignal(channel, "TERM");
                }
                exit.onExit(status);
                return null;
            });
        }

        private void tellSignal(ChannelSession channel, String name) throws IOException {
            Buffer packet = channel.getSession().createBuffer(SshConstants.SSH_MSG_CHANNEL_REQUEST);
            packet.putUInt(channel.getRecipient());
            packet.putString("exit-signal");
            packet.putBoolean(false);
            packet.putString(name);
            packet.putBoolean(false);
            packet.putString("");
            packet.putString("");
            channel.writePacket(packet);
        }

        private Thread copying(InputStream from, OutputStream to) {
            return background(() -> {
                try (to) {
                    byte[] buffer = new byte[8192];
                    for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                        to.write(buffer, 0, n);
                        to.flush();
                    }
                }
                return null;
            });
        }

        private Thread background(java.util.concurrent.Callable<?> work) {
            Thread thread = new Thread(() -> {
                try {
                    work.call();
                } catch (Exception e) {
                    // One of the ends is gone.
                }
            });
            thread.setDaemon(true);
            thread.start();
            return thread;
        }

        @Override
        public void destroy(ChannelSession channel) {
            if (process != null) {
                process.destroyForcibly();
            }
        }

        @Override
        public void setInputStream(InputStream stream) {
            in = stream;
        }

        @Override
        public void setOutputStream(OutputStream stream) {
            out = stream;
        }

        @Override
        public void setErrorStream(OutputStream stream) {
            err = stream;
        }

        @Override
        public void setExitCallback(ExitCallback callback) {
            exit = callback;
        }
    }
}
