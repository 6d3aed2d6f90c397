// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import com.fasterxml.jackson.databind.JsonNode;
import io.crossbuild.qmp.FakeQmpServer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A program that accepts QEMU's arguments and only waits for its end; its monitor and its guest are in this JVM: see
 * {@link HostGuest}. Saved states of machines are files with one line.
 */
final class TestQemu implements AutoCloseable {
    private static final String STOP = "stop";
    private static final Pattern SOCKET = Pattern.compile("socket,id=(\\w+),path=([^,]+),server=off");
    private static final Pattern MEMORY = Pattern.compile("memory-backend-file,.*mem-path=([^,]+),share=on.*");

    private static final Pattern SERIAL = Pattern.compile("file,id=serial0,path=(.*)");

    /** What becomes of a machine. */
    enum Fate {
        BOOTS,
        /** Its kernel prints the banner, and that is all. */
        STALLS,
        /** Its processor executes nothing. */
        PRINTS_NOTHING,
        /** It ends with status 1 and the {@link #complains complaint}. */
        DIES
    }

    private final Path directory;
    private final RandomAccessFile starts;
    private final List<Machine> machines = new CopyOnWriteArrayList<>();
    private final Map<String, String> refusals = new ConcurrentHashMap<>();
    private final Map<String, Integer> deadly = new ConcurrentHashMap<>();
    private final List<Exception> failures = new CopyOnWriteArrayList<>();
    private volatile String mountAnswer = "mounted";
    private volatile Function<List<String>, Fate> fates = arguments -> Fate.BOOTS;
    private volatile int usernetPort = 1;

    /** @param version such as {@code 9.2.0} */
    TestQemu(Path directory, String version) throws Exception {
        this.directory = Files.createDirectories(directory);
        Files.createDirectories(directory.resolve("scripts"));
        if (new ProcessBuilder("mkfifo", directory.resolve("starts").toString())
                        .start()
                        .waitFor()
                != 0) {
            throw new IOException("no fifo");
        }
        starts = new RandomAccessFile(directory.resolve("starts").toFile(), "rw");
        Files.writeString(program(), """
                #!/bin/sh
                case "$*" in
                *-version*)
                    echo 'QEMU emulator version %s (test)'
                    exit
                    ;;
                esac
                cd '%s'
                mkfifo "status.$$"
                {
                    echo "$$"
                    printf '%%s\\n' "$@"
                    echo end
                } >starts
                read -r status <"status.$$"
                [ "$status" = 0 ] || [ ! -e complaint ] || cat complaint >&2
                exit "$status"
                """.formatted(version, directory));
        Files.setPosixFilePermissions(program(), PosixFilePermissions.fromString("rwx------"));
        Thread thread = new Thread(this::serve, "qemu");
        thread.setDaemon(true);
        thread.start();
    }

    Path program() {
        return directory.resolve("qemu");
    }

    /** A script of the appliance. */
    void script(String name, String text) throws IOException {
        Path script = directory.resolve("scripts").resolve(name);
        Files.writeString(script, "#!/bin/bash\ncd '" + directory.resolve("scripts") + "'\n" + text + "\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }

    /** What a script left in its directory. */
    String left(String name) throws IOException {
        return Files.readString(directory.resolve("scripts").resolve(name));
    }

    /** Sets the guest's answer when it is told to mount. */
    void answersMountWith(String line) {
        mountAnswer = line;
    }

    /** Guests do not get ready. */
    void mute() {
        fates(arguments -> Fate.STALLS);
    }

    /** Decides by its arguments what becomes of a machine. */
    void fates(Function<List<String>, Fate> decision) {
        fates = decision;
    }

    /** Sets what it prints when it ends with an error. */
    void complains(String text) throws IOException {
        Files.writeString(directory.resolve("complaint"), text + "\n");
    }

    /** The monitor refuses a command. */
    void refuse(String command, String reason) {
        refusals.put(command, reason);
    }

    /** Machines end at a command of the monitor. */
    void diesWith(int status, String command) {
        deadly.put(command, status);
    }

    /** Sets the reported address of the host's port that leads to the guest. */
    void forwardsFrom(int port) {
        usernetPort = port;
    }

    /** All machines that were started, in order. */
    List<Machine> machines() {
        return machines;
    }

    Machine last() {
        return machines.get(machines.size() - 1);
    }

    private void serve() {
        try {
            while (true) {
                List<String> lines = new ArrayList<>();
                for (String line = starts.readLine(); !line.equals("end"); line = starts.readLine()) {
                    if (line.equals(STOP)) {
                        return;
                    }
                    lines.add(line);
                }
                start(lines.get(0), lines.subList(1, lines.size()));
            }
        } catch (Exception e) {
            failures.add(e);
        }
    }

    /** A cancelled machine may be gone with its sockets before it answers. */
    private void start(String pid, List<String> arguments) {
        try {
            machines.add(new Machine(pid, arguments));
        } catch (IOException e) {
            Optional<ProcessHandle> qemu = ProcessHandle.of(Long.parseLong(pid));
            if (qemu.isPresent()) {
                // Its sockets go before it does.
                var unused = qemu.get()
                        .onExit()
                        .orTimeout(10, TimeUnit.SECONDS)
                        .exceptionally(late -> {
                            failures.add(e);
                            return null;
                        })
                        .join();
            }
        }
    }

    @Override
    public void close() throws IOException {
        starts.write((STOP + "\n").getBytes(StandardCharsets.US_ASCII));
        for (Machine machine : machines) {
            machine.close();
        }
        if (!failures.isEmpty()) {
            throw new IOException("a machine failed", failures.get(0));
        }
    }

    /** A machine that was started. */
    final class Machine {
        private final List<String> arguments;
        private final RandomAccessFile status;
        private final HostGuest guest;
        private final FakeQmpServer monitor;
        private final List<String> told = new CopyOnWriteArrayList<>();
        private final List<SocketChannel> frames = new ArrayList<>();

        Machine(String pid, List<String> arguments) throws IOException {
            this.arguments = arguments;
            status = new RandomAccessFile(directory.resolve("status." + pid).toFile(), "rw");
            Fate fate = fates.apply(arguments);
            Map<String, Path> sockets = new HashMap<>();
            for (String argument : arguments) {
                Matcher socket = SOCKET.matcher(argument);
                if (socket.matches()) {
                    sockets.put(socket.group(1), Path.of(socket.group(2)));
                }
                Matcher serial = SERIAL.matcher(argument);
                if (serial.matches() && fate != Fate.PRINTS_NOTHING) {
                    Files.writeString(Path.of(serial.group(1)), MachineTrial.BANNER + "6.12\n");
                }
                Matcher memory = MEMORY.matcher(argument);
                if (memory.matches()) {
                    Files.writeString(Path.of(memory.group(1)), "memory");
                }
            }
            monitor = FakeQmpServer.connect(Objects.requireNonNull(sockets.get("qmp")), this::answer);
            List<SocketChannel> ends = new ArrayList<>();
            for (int i = 0; i < GuestPorts.NAMES.size(); i++) {
                ends.add(SocketChannel.open(
                        UnixDomainSocketAddress.of(Objects.requireNonNull(sockets.get("port" + i)))));
            }
            for (int i = 0; sockets.containsKey("frames" + i); i++) {
                frames.add(SocketChannel.open(
                        UnixDomainSocketAddress.of(Objects.requireNonNull(sockets.get("frames" + i)))));
            }
            guest = new HostGuest(directory, ends);
            guest.answers("mount", mountAnswer);
            guest.answers("ssh", "listening");
            if (!isIncoming() && fate == Fate.BOOTS) {
                guest.say("ready 6.12");
            }
            if (fate == Fate.DIES) {
                end(1);
            }
        }

        boolean isIncoming() {
            return arguments.contains("-incoming");
        }

        List<String> arguments() {
            return arguments;
        }

        /** The names of the monitor's commands, with their subjects. */
        List<String> told() {
            return told;
        }

        /** The sockets of its filter of frames. */
        List<SocketChannel> frames() {
            return frames;
        }

        /** The words sent to the guest. */
        List<String> words() {
            return guest.words();
        }

        private List<String> answer(String command, JsonNode arguments, String id) {
            told.add(about(command, arguments));
            try {
                Integer status = deadly.get(command);
                if (status != null) {
                    end(status);
                    return List.of();
                }
                String refusal = refusals.get(command);
                if (refusal != null) {
                    return List.of("{\"error\": {\"class\": \"GenericError\", \"desc\": \"" + refusal + "\"}, \"id\": "
                            + id + "}");
                }
                return answerTo(command, arguments, id);
            } catch (IOException e) {
                failures.add(e);
                return List.of();
            }
        }

        private static String about(String command, JsonNode arguments) {
            if (arguments.has("up")) {
                String up = arguments.path("up").asText();
                return command + " " + arguments.path("name").asText() + " " + up;
            }
            for (String name : List.of("node-name", "serial", "overlay", "uri", "command-line")) {
                if (arguments.has(name)) {
                    return command + " " + arguments.path(name).asText();
                }
            }
            return command;
        }

        private List<String> answerTo(String command, JsonNode arguments, String id) throws IOException {
            @Nullable Path file = command.startsWith("migrate") && arguments.has("uri")
                    ? Path.of(arguments.path("uri").asText().substring("file:".length()))
                    : null;
            switch (command) {
                case "quit" -> end(0);
                case "query-status" -> {
                    return List.of(FakeQmpServer.returning(id, "{\"status\": \"running\"}"));
                }
                case "migrate", "migrate-incoming" -> {
                    if (command.equals("migrate")) {
                        Files.writeString(file, "state");
                    }
                    boolean works = Files.readString(file).equals("state");
                    return List.of(
                            FakeQmpServer.returning(id, "{}"),
                            "{\"event\": \"MIGRATION\", \"data\": {\"status\": \"" + (works ? "completed" : "failed")
                                    + "\"}}");
                }
                case "query-migrate" -> {
                    return List.of(FakeQmpServer.returning(id, "{\"error-desc\": \"no state of this machine\"}"));
                }
                case "human-monitor-command" -> {
                    boolean asks = arguments.path("command-line").asText().startsWith("info");
                    String table = "  TCP[HOST_FORWARD]   8       127.0.0.1 " + usernetPort
                            + "       10.0.2.15    22     0     0";
                    return List.of(FakeQmpServer.returning(id, asks ? "\"" + table + "\"" : "\"\""));
                }
                default -> {}
            }
            return List.of(FakeQmpServer.returning(id, "{}"));
        }

        /** The machine ends. */
        void end(int with) throws IOException {
            status.write((with + "\n").getBytes(StandardCharsets.US_ASCII));
            monitor.die();
            guest.close();
            closeFrames();
        }

        private void closeFrames() throws IOException {
            for (SocketChannel end : frames) {
                end.close();
            }
        }

        private void close() throws IOException {
            monitor.close();
            guest.close();
            closeFrames();
            status.close();
        }
    }
}
