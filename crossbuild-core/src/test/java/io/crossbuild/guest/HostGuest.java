// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.qemu.MessagePort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
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
 * Handles words and commands on this host as the guest's {@code init} does, with the host's own shell. The content of
 * the directory "scripts" replaces the appliance's scripts; what they write to "state" there is sent to the host.
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
    private @Nullable InputStream stream;

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

    /** Sends a message without being asked. */
    void say(String line) throws IOException {
        write(ends.get(0), line + "\n");
    }

    /** Sets the answer to a word. */
    void answers(String word, String line) {
        answers.put(word, line);
    }

    Path scripts() {
        return directory.resolve("scripts");
    }

    List<MessagePort> ports() {
        return ports;
    }

    /** The words that do not belong to a command, with their arguments. */
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

    /** Ignores failures after the end: the sockets are closed. */
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
                case "stdin" -> stream = Channels.newInputStream(ends.get(2));
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

    /** Runs it in the shell. */
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
        InputStream pieces = stream;
        stream = null;
        Process process = start(pieces == null ? builder.redirectInput(read.toFile()) : builder);
        if (pieces != null) {
            start("stdin", () -> feed(pieces, process.getOutputStream()));
        }
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

    /** A length on a line, then so many bytes; 0 at the end. */
    private static void feed(InputStream pieces, OutputStream to) throws IOException {
        try (to) {
            for (String size = line(pieces); size != null && !size.equals("0"); size = line(pieces)) {
                to.write(pieces.readNBytes(Integer.parseInt(size)));
                to.flush();
            }
        }
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
            // There is no reader any more.
        }
    }

    private static void write(SocketChannel to, String text) throws IOException {
        write(to, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Not through a stream: the streams of a channel block each other's reads and writes. */
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

    /** Simulates the end of the machine. */
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
            // It may not have its own group yet.
            process.destroyForcibly();
        }
    }
}
