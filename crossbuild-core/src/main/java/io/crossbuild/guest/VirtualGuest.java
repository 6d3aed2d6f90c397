// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.disk.ext4.AccessWindow;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.io.BoundedSink;
import io.crossbuild.io.Excerpt;
import io.crossbuild.io.OutputSink;
import io.crossbuild.process.Deadline;
import io.crossbuild.qemu.AttachedDisk;
import io.crossbuild.qemu.DiskSpec;
import io.crossbuild.qemu.QemuProcess;
import io.crossbuild.spec.UserTerminal;
import io.crossbuild.ssh.SshSession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A guest in a virtual machine, which works through its scripts. */
final class VirtualGuest implements Guest {
    private static final int SSH_PORT = 22;
    private static final long MAX_RESULT_BYTES = 4 << 20;
    /** Linux accepts at most 6 MiB of variables (execve(2)). */
    private static final long MAX_STATE_BYTES = 8 << 20;

    private static final Duration CONTROL = Duration.ofMinutes(2);
    private static final Duration QUERY = Duration.ofSeconds(30);
    /** Longer than anyone keeps a shell open. */
    private static final Duration SITTING = Duration.ofDays(7);

    private static final String MOUNT_POINT = "/mnt";
    private static final String MOUNTED = "mounted\n";
    private static final String SHELL_DIRECTORY = "/dev/crossbuild/cwd";
    private static final String SHELL_EXPORTS = "/dev/crossbuild/exports";

    private static final int MAX_NAMES = 10;

    private final QemuProcess machine;
    private final GuestPorts ports;
    private final @Nullable AttachedDisk root;
    private int caches;

    /** @param root the disk that it mounts from the start, if any */
    VirtualGuest(QemuProcess machine, GuestPorts ports, @Nullable AttachedDisk root) {
        this.machine = machine;
        this.ports = ports;
        this.root = root;
    }

    private void plug(DiskSpec disk) throws VirtualMachineException, InterruptedException {
        machine.plug(disk, Deadline.after(CONTROL));
    }

    @Override
    public void makeRoot(Path disk, Path archive, Duration atMost)
            throws VirtualMachineException, InterruptedException {
        DiskSpec to = GuestDisks.root(List.of(disk));
        DiskSpec from = GuestDisks.archive(archive);
        plug(to);
        plug(from);
        control("Unpacking the environment", GuestScript.MAKE_ROOT, to.name() + " " + from.name(), atMost);
    }

    @Override
    public int configurePackages(OutputSink output, OutputSink errors, Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException {
        return run(new GuestCommand(GuestScript.CONFIGURE_ROOT.path(), output, errors), atMost);
    }

    @Override
    public void plugInputs(Path image) throws VirtualMachineException, InterruptedException {
        plug(GuestDisks.inputs(image));
    }

    @Override
    public int copyIn(
            long offsetMib, String directory, String target, OutputSink output, OutputSink errors, Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException {
        String command = GuestScript.COPY_IN.path() + " " + GuestDisks.INPUTS + " " + offsetMib;
        String places = directory + "\0" + target + "\0";
        return run(new GuestCommand(command, places, output, errors, OutputSink.NONE), atMost);
    }

    @Override
    public StepExit runStep(
            String text,
            ShellState before,
            Set<StepOption> options,
            List<StepSecret> secrets,
            OutputSink output,
            OutputSink errors,
            Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException {
        // The line may write to the port of the state too: it cannot guess the mark.
        String mark = GuestPorts.newMark();
        StringBuilder input =
                new StringBuilder(before.exports() + "\0" + before.directory() + "\0" + text + "\n\0" + mark + "\0");
        if (secrets.isEmpty()) {
            return runStep(input.toString(), mark, options, output, errors, atMost);
        }
        StringBuilder files = new StringBuilder();
        for (StepSecret secret : secrets) {
            secret.variable().ifPresent(name -> input.append(name + "\0" + secret.value() + "\0"));
            secret.file().ifPresent(file -> files.append(base64(file) + " " + base64(secret.value()) + "\n"));
        }
        control("Giving secrets to the guest", GuestScript.PUT_SECRETS.path(), files.toString(), CONTROL);
        StepExit exit = runStep(input.toString(), mark, options, output, errors, atMost);
        // A step that did not end in time is its machine's last one.
        control("Removing secrets from the guest", GuestScript.DROP_SECRETS, "", CONTROL);
        return exit;
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private StepExit runStep(
            String input, String mark, Set<StepOption> options, OutputSink output, OutputSink errors, Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException {
        StringBuilder command = new StringBuilder(GuestScript.STEP_SHELL.inEnvironment());
        options.stream().sorted().forEach(option -> command.append(' ').append(option.word()));
        BoundedSink state = new BoundedSink(MAX_STATE_BYTES);
        GuestCommand step = new GuestCommand(command.toString(), input, output, errors, state);
        int status = options.contains(StepOption.OFFLINE) ? runOffline(step, atMost) : run(step, atMost);
        String said = text(state);
        if (!options.contains(StepOption.TRACED)) {
            return exit(status, said, mark, Optional.empty());
        }
        int end = said.indexOf('\0') + 1;
        Optional<AccessWindow> accesses =
                status == 0 ? Optional.of(accesses(said.substring(0, Math.max(0, end - 1)))) : Optional.empty();
        return exit(status, said.substring(end), mark, accesses);
    }

    /**
     * The script gives the command no network either, so that it fails at once instead of waiting. But what runs as
     * root may leave that: it is the cable that counts.
     */
    private int runOffline(GuestCommand command, Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException {
        machine.connectNetwork(false, Deadline.after(CONTROL));
        int status = run(command, atMost);
        machine.connectNetwork(true, Deadline.after(CONTROL));
        return status;
    }

    /**
     * The time of a step that has just ended. The guest may say anything: then other files count as read.
     *
     * @param begin in microseconds
     */
    private AccessWindow accesses(String begin) throws VirtualMachineException, InterruptedException {
        String what = "Reading the guest's clock";
        String now = control(what, "date +%s", "", CONTROL).strip();
        try {
            return window(begin, now);
        } catch (IOException e) {
            throw machine.failure(what + " failed", e);
        }
    }

    static AccessWindow window(String begin, String now) throws IOException {
        try {
            // The microsecond and the second are not over yet.
            Instant after =
                    Instant.EPOCH.plus(Long.parseLong(begin), ChronoUnit.MICROS).plusNanos(1000);
            return new AccessWindow(
                    after, Instant.ofEpochSecond(Long.parseLong(now)).plusSeconds(1));
        } catch (NumberFormatException | DateTimeException e) {
            String found = "the guest said '" + Excerpt.firstLine(begin) + "' and '" + Excerpt.firstLine(now) + "'";
            throw new IOException(found + " (expected two numbers)", e);
        }
    }

    /**
     * @param said between the last two marks, each with zero bytes around it: the working directory on a line, a zero
     *     byte, and declarations of variables; then names of processes, each after a zero byte. What is outside was
     *     written by the step itself, and is ignored
     */
    static StepExit exit(int status, String said, String mark, Optional<AccessWindow> accesses) {
        String between = "\0" + mark + "\0";
        int end = said.lastIndexOf(between);
        int begin = said.lastIndexOf(between, end - between.length());
        String state = begin < 0 ? "" : said.substring(begin + between.length(), end);
        String[] parts = state.split("\0", MAX_NAMES + 3);
        if (parts.length < 2 || parts[0].isEmpty()) {
            return new StepExit(status, Optional.empty(), accesses, List.of());
        }
        return new StepExit(
                status,
                Optional.of(new ShellState(parts[0].strip(), parts[1])),
                accesses,
                Arrays.stream(parts).skip(2).limit(MAX_NAMES).toList());
    }

    @Override
    public Set<Shortage> shortages() throws VirtualMachineException, InterruptedException {
        String causes = control("Asking the guest for the cause of a failure", GuestScript.DIAGNOSE, "", QUERY);
        Set<Shortage> found = EnumSet.noneOf(Shortage.class);
        for (Shortage each : Shortage.values()) {
            if (causes.contains(each.word() + "\n")) {
                found.add(each);
            }
        }
        return found;
    }

    @Override
    public boolean mountCache(Path image, String directory) throws VirtualMachineException, InterruptedException {
        DiskSpec disk = GuestDisks.cache(caches++, image);
        plug(disk);
        String printed = control(
                "Mounting the cache of '" + directory + "'",
                GuestScript.MOUNT_CACHE.path() + " " + disk.name(),
                directory,
                CONTROL);
        return printed.strip().equals("made");
    }

    @Override
    public int checkArchives(String exports, OutputSink output, OutputSink errors, Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException {
        String command = GuestScript.CHECK_ARCHIVES.inEnvironment();
        return run(new GuestCommand(command, exports + "\0", output, errors, OutputSink.NONE), atMost);
    }

    @Override
    public void unmountCaches(Duration atMost) throws VirtualMachineException, InterruptedException {
        control("Unmounting the caches", GuestScript.UNMOUNT_CACHES, "", atMost);
    }

    @Override
    public void unmountRoot() throws VirtualMachineException, InterruptedException {
        control("Unmounting the disk", GuestScript.UNMOUNT_ROOT, "", CONTROL);
    }

    @Override
    public ProgramExit runProgram(
            Path image,
            TargetProgram program,
            @Nullable InputStream input,
            OutputSink output,
            OutputSink errors,
            Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException {
        if (!program.network()) {
            machine.connectNetwork(false, Deadline.after(CONTROL));
        }
        DiskSpec disk = GuestDisks.target(image);
        plug(disk);
        String command = GuestScript.RUN_TARGET.path() + " " + disk.name() + program.arguments(MOUNT_POINT);
        BoundedSink state = new BoundedSink(MAX_STATE_BYTES);
        int status = run(new GuestCommand(command, "", input, output, errors, state), atMost);
        String left = text(state);
        if (!left.startsWith(MOUNTED)) {
            IOException cause = new IOException("status " + status + " (expected a mounted disk)");
            throw machine.failure("Mounting the target root failed", cause);
        }
        return new ProgramExit(status, left.substring(MOUNTED.length()));
    }

    @Override
    public void snapshot(Path overlay) throws VirtualMachineException, InterruptedException {
        AttachedDisk disk = Objects.requireNonNull(root);
        control("Freezing the disk", GuestScript.FREEZE_ROOT, "", CONTROL);
        try {
            disk.snapshot(overlay, Deadline.after(CONTROL));
        } finally {
            control("Thawing the disk", "fsfreeze --unfreeze " + MOUNT_POINT, "", CONTROL);
        }
    }

    @Override
    public int openShell(ShellState state, UserTerminal terminal) throws VirtualMachineException, InterruptedException {
        write(SHELL_DIRECTORY, state.directory());
        write(SHELL_EXPORTS, state.exports());
        String type = terminal.screen().map(UserTerminal.Screen::type).orElse("dumb");
        String command = GuestScript.SHELL.path() + " " + SshSession.quote(type);
        // Over SSH, since a terminal needs more than pipes.
        try (SshSession ssh = connect()) {
            return ssh.interact(command, terminal, Deadline.after(SITTING));
        } catch (IOException e) {
            throw machine.failure("The virtual machine was lost while a shell was open", e);
        }
    }

    private SshSession connect() throws VirtualMachineException, IOException, InterruptedException {
        GuestKeys keys = GuestKeys.generate();
        Deadline deadline = Deadline.after(CONTROL);
        ports.tell("hostkey", PrintfText.octal(keys.host().dropbearHostKey()), deadline);
        ports.tell("client", keys.client().publicKey().openSshLine(), deadline);
        ports.tell("ssh", "", deadline);
        ports.expect("listening", deadline);
        int port = machine.forward(SSH_PORT, deadline);
        return SshSession.connect(port, "root", keys.host().publicKey(), keys.client(), deadline);
    }

    /** Writes a small file of the appliance's own. */
    private void write(String path, String content) throws VirtualMachineException, InterruptedException {
        control("Writing '" + path + "' in the guest", GuestScript.WRITE.path() + " " + path, content, CONTROL);
    }

    private int run(GuestCommand command, Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException {
        try {
            return ports.run(command, Deadline.after(atMost));
        } catch (IOException e) {
            throw machine.failure("The virtual machine was lost while a command ran", e);
        }
    }

    private String control(String what, GuestScript script, String arguments, Duration atMost)
            throws VirtualMachineException, InterruptedException {
        return control(what, (script.path() + " " + arguments).strip(), "", atMost);
    }

    /** Runs a simple command in the appliance that must succeed, and returns its output: at most 4 MiB. */
    private String control(String what, String command, String input, Duration atMost)
            throws VirtualMachineException, InterruptedException {
        BoundedSink out = new BoundedSink(MAX_RESULT_BYTES);
        BoundedSink err = new BoundedSink(MAX_RESULT_BYTES);
        try {
            int status = ports.run(new GuestCommand(command, input, out, err, OutputSink.NONE), Deadline.after(atMost));
            if (status == 0) {
                return text(out);
            }
            String said = text(err).strip();
            throw new IOException(said.isEmpty() ? "status " + status : said);
        } catch (IOException | TimeoutException e) {
            throw machine.failure(what + " failed", e);
        }
    }

    private static String text(BoundedSink sink) {
        return new String(sink.bytes(), StandardCharsets.UTF_8);
    }

    @Override
    public void end() throws VirtualMachineException, InterruptedException {
        machine.quit();
    }

    @Override
    public void close() {
        machine.close();
    }
}
