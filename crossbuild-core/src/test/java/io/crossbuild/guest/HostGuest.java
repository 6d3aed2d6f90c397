// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.qemu.MessagePort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Does on this host what the guest's {@code init} does with words and commands, with the host's own shell. What is in
 * the directory "scripts" takes the place of the appliance's scripts; what they write to "state" there goes to the host.
 */
final class HostGuest implements AutoCloseable {
    private final Path directory;
    private final List<SocketChannel> ends = new ArrayList<>();
    private final List<MessagePort> ports = new ArrayList<>();
    private final List<String> words = new CopyOnWriteArrayList<>();
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private @Nullable Process running;
    private boolean closed;
    private @Nullable Exception failure;
    private byte[] input = {};

    HostGuest(Path directory) throws IOException {
        this.directory = directory;
        for (String name : GuestPorts.NAMES) {
            UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve(name));
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(address);
                ends.add(SocketChannel.open(address));
                ports.add(MessagePort.of(name, server.accept()));
            }
        }
        begin();
    }

    /** @param ends the guest's ends of the ports, in the order of {@link GuestPorts#NAMES} */
    HostGuest(Path directory, List<SocketChannel> ends) {
        this.directory = directory;
        this.ends.addAll(ends);
        begin();
    }

    private void begin() {
        start("control", () -> serve(ends.get(0)));
        start("kill", () -> killAtWord(ends.get(1)));
    }

    /** Says something on its own. */
    void say(String line) throws IOException {
        write(ends.get(0), line + "\n");
    }

    /** What it says after a word. */
    void answers(String word, String line) {
        answers.put(word, line);
    }

    Path scripts() {
        return directory.resolve("scripts");
    }

    List<MessagePort> ports() {
        return ports;
    }

    /** The words that are none of a command, with what belonged to them. */
    List<String> words() {
        return words;
    }

    private interface Work {
        void run() throws Exception;
    }

    private void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (Exception e) {
                        fail(e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    /** What fails after the end is of no interest: the sockets are closed. */
    private synchronized void fail(Exception e) {
        if (!closed) {
            failure = e;
        }
    }

    private void serve(SocketChannel control) throws Exception {
        InputStream in = Channels.newInputStream(control);
        for (String line = line(in); line != null; line = line(in)) {
            String rest = line.substring(line.indexOf(' ') + 1);
            switch (line.substring(0, line.indexOf(' '))) {
                case "input" -> input = printf(rest);
                case "bytes" -> input = in.readNBytes(Integer.parseInt(rest));
                case "run" -> write(control, "ended " + run(rest) + "\n");
                case "certificates" -> {
                    in.readNBytes(Integer.parseInt(rest));
                    words.add("certificates");
                }
                default -> {
                    words.add(line);
                    String answer = answers.get(line.substring(0, line.indexOf(' ')));
                    if (answer != null) {
                        say(answer);
                    }
                }
            }
        }
    }

    /** What the shell makes of it. */
    private byte[] printf(String text) throws Exception {
        Process shell = new ProcessBuilder("bash", "-c", "printf %b \"$1\"", "bash", text).start();
        return shell.getInputStream().readAllBytes();
    }

    private int run(String rest) throws Exception {
        String mark = "\0" + rest.substring(0, rest.indexOf(' '));
        Path read = Files.write(directory.resolve("input"), input);
        input = new byte[0];
        String command = rest.substring(rest.indexOf(' ') + 1).replace(" /crossbuild/", " " + scripts() + "/");
        if (command.startsWith("/crossbuild/")) {
            command = scripts() + command.substring("/crossbuild".length());
        }
        ProcessBuilder builder = new ProcessBuilder("setsid", "bash", "-c", command);
        Process process = start(builder.redirectInput(read.toFile()));
        Thread errors = new Thread(() -> copy(process.getErrorStream(), ends.get(2)));
        errors.start();
        copy(process.getInputStream(), ends.get(1));
        errors.join();
        Path state = scripts().resolve("state");
        if (Files.exists(state)) {
            write(ends.get(3), Files.readString(state));
            Files.delete(state);
        }
        for (SocketChannel end : ends.subList(1, 4)) {
            write(end, mark);
        }
        return process.waitFor();
    }

    private synchronized Process start(ProcessBuilder command) throws IOException {
        if (closed) {
            throw new IOException("the guest is closed");
        }
        Process process = command.start();
        running = process;
        return process;
    }

    private static void copy(InputStream from, SocketChannel to) {
        byte[] buffer = new byte[8192];
        try {
            for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
                write(to, ByteBuffer.wrap(buffer, 0, n));
            }
        } catch (IOException e) {
            // Nobody reads any more.
        }
    }

    private static void write(SocketChannel to, String text) throws IOException {
        write(to, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Not through a stream: those of one channel keep each other from reading and writing at the same time. */
    private static void write(SocketChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            to.write(bytes);
        }
    }

    private void killAtWord(SocketChannel output) throws IOException {
        InputStream in = Channels.newInputStream(output);
        while (line(in) != null) {
            kill();
        }
    }

    private static @Nullable String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return line.toString(StandardCharsets.UTF_8);
            }
            line.write(b);
        }
        return null;
    }

    /** Ends the machine, so to say. */
    @Override
    public void close() throws IOException {
        Exception failed;
        synchronized (this) {
            closed = true;
            failed = failure;
        }
        for (SocketChannel end : ends) {
            end.close();
        }
        kill();
        if (failed != null) {
            throw new IOException("the guest failed", failed);
        }
    }

    /** The command with all that it started: its process group. */
    private synchronized void kill() throws IOException {
        Process process = running;
        if (process != null && process.isAlive()) {
            new ProcessBuilder("kill", "-KILL", "--", "-" + process.pid()).start();
            // It may have no group of its own yet.
            process.destroyForcibly();
        }
    }
}
