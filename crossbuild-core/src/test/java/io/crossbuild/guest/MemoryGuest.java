// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.disk.ext4.AccessWindow;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.io.OutputSink;
import io.crossbuild.spec.UserTerminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/**
 * A guest that keeps its files in memory until they are written to its disks: real qcow2 images, to whose ends it adds
 * them. A machine that dies loses what it has not written. Its shell knows the commands of {@link MemoryShell}.
 */
public final class MemoryGuest implements Guest {
    /** When traced steps read files. */
    public static final AccessWindow ACCESSES =
            new AccessWindow(Instant.ofEpochSecond(1_700_000_000), Instant.ofEpochSecond(1_700_000_009));

    private static final int MIB = 1 << 20;

    private final MemoryGuests guests;
    private final Map<String, MemoryDisk> caches = new LinkedHashMap<>();
    private @Nullable MemoryDisk root;
    private @Nullable Path inputs;
    private boolean lost;
    private volatile boolean closed;

    MemoryGuest(MemoryGuests guests) {
        this.guests = guests;
    }

    public boolean isClosed() {
        return closed;
    }

    private void enter(String call) throws VirtualMachineException, InterruptedException {
        if (lost || closed) {
            throw new VirtualMachineException("The virtual machine is gone", null, null, null);
        }
        boolean entered = false;
        try {
            guests.enter(call);
            entered = true;
        } finally {
            // As after a cancelled call: the guest accepts no further calls.
            lost = !entered;
        }
    }

    void mount(Path image) throws VirtualMachineException, IOException, InterruptedException {
        enter("mount");
        root = MemoryDisk.open(image);
    }

    private MemoryDisk root() {
        return Objects.requireNonNull(root, "nothing is mounted");
    }

    @Override
    public void makeRoot(Path disk, Path archive, Duration atMost)
            throws VirtualMachineException, InterruptedException {
        enter("makeRoot");
        try (InputStream in = Files.newInputStream(archive)) {
            root = MemoryDisk.open(disk);
            unpack(in, "/");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int configurePackages(OutputSink output, OutputSink errors, Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException {
        enter("configurePackages");
        int status = 0;
        for (String file : List.copyOf(root().files().keySet())) {
            if (status == 0 && file.endsWith(".postinst")) {
                print(output, "Setting up " + file.substring(file.lastIndexOf('/') + 1, file.lastIndexOf('.')));
                MemoryShell shell = shell(new ShellState("/", ""), output, errors);
                status = shell.run(root().text(file));
                if (shell.isAsleep()) {
                    throw new TimeoutException();
                }
            }
        }
        root().files().keySet().removeIf(file -> file.startsWith(GuestFacts.CONFIGURATION_DIRECTORY));
        return status;
    }

    @Override
    public void plugInputs(Path image) throws VirtualMachineException, InterruptedException {
        enter("plugInputs");
        inputs = image;
    }

    @Override
    public int copyIn(
            long offsetMib, String directory, String target, OutputSink output, OutputSink errors, Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException {
        enter("copyIn " + target);
        if (target.contains("slow")) {
            throw new TimeoutException();
        }
        if (target.contains("closed")) {
            print(errors, "tar: " + target + ": Cannot mkdir");
            return 2;
        }
        try (InputStream in = Files.newInputStream(Objects.requireNonNull(inputs, "no inputs are plugged in"))) {
            in.skipNBytes(offsetMib * MIB);
            unpack(in, target.startsWith("/") ? target : directory + "/" + target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return 0;
    }

    private void unpack(InputStream in, String directory) throws IOException {
        TarArchiveInputStream tar = new TarArchiveInputStream(in);
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            if (entry.isFile()) {
                String path =
                        Path.of(directory).resolve(entry.getName()).normalize().toString();
                root().files().put(path, new String(tar.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
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
        boolean traced = options.contains(StepOption.TRACED);
        String how = (traced ? "traced " : "") + (options.contains(StepOption.OFFLINE) ? "offline " : "");
        enter(how + "step " + text);
        MemoryShell shell = shell(before, output, errors);
        for (StepSecret secret : secrets) {
            secret.variable().ifPresent(name -> shell.secrets().put(name, secret.value()));
            secret.file().ifPresent(file -> root().files().put(file, secret.value()));
        }
        int status = shell.run(text);
        secrets.forEach(secret -> secret.file().ifPresent(root().files()::remove));
        if (shell.isAsleep()) {
            throw new TimeoutException();
        }
        return new StepExit(
                status,
                shell.isReplaced() ? Optional.empty() : Optional.of(shell.state()),
                traced && status == 0 ? Optional.of(ACCESSES) : Optional.empty(),
                shell.running());
    }

    private MemoryShell shell(ShellState state, OutputSink output, OutputSink errors) {
        return new MemoryShell(this, state, line -> print(output, line), line -> print(errors, line));
    }

    /** The disk that contains a path of the environment. */
    MemoryDisk disk(String path) {
        for (Map.Entry<String, MemoryDisk> cache : caches.entrySet()) {
            if (path.startsWith(cache.getKey() + "/")) {
                return cache.getValue();
            }
        }
        return root();
    }

    private static void print(OutputSink sink, String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        try {
            sink.write(bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Set<Shortage> shortages() throws VirtualMachineException, InterruptedException {
        enter("shortages");
        return guests.shortages();
    }

    @Override
    public boolean mountCache(Path image, String directory) throws VirtualMachineException, InterruptedException {
        enter("mountCache " + directory);
        try {
            MemoryDisk disk = MemoryDisk.open(image);
            caches.put(directory, disk);
            boolean made = disk.format();
            // As mke2fs does, which waits until everything is on the disk.
            disk.write();
            return made;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public int checkArchives(String exports, OutputSink output, OutputSink errors, Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException {
        enter("checkArchives");
        if (exports.contains("SLOW_CHECK")) {
            throw new TimeoutException();
        }
        if (exports.contains("NO_PERL")) {
            print(errors, "perl: not found");
            return 127;
        }
        guests.removed().forEach(line -> print(output, line));
        return 0;
    }

    @Override
    public void unmountCaches(Duration atMost) throws VirtualMachineException, InterruptedException {
        enter("unmountCaches");
        for (MemoryDisk cache : caches.values()) {
            write(cache);
        }
    }

    private static void write(MemoryDisk disk) {
        try {
            disk.write();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void snapshot(Path overlay) throws VirtualMachineException, InterruptedException {
        enter("snapshot");
        write(root());
        try {
            root = root().over(overlay);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        guests.leave("snapshot");
    }

    @Override
    public void unmountRoot() throws VirtualMachineException, InterruptedException {
        enter("unmountRoot");
        write(root());
    }

    @Override
    public int openShell(ShellState state, UserTerminal terminal) throws VirtualMachineException, InterruptedException {
        enter("openShell in " + state.directory());
        terminal.begin();
        MemoryShell shell = shell(state, terminal.output()::write, terminal.errors()::write);
        int status = 0;
        List<String> typed = new ArrayList<>();
        new BufferedReader(new InputStreamReader(terminal.input(), StandardCharsets.UTF_8))
                .lines()
                .forEach(typed::add);
        for (String line : typed) {
            status = shell.run(line);
        }
        return status;
    }

    /**
     * Runs a script of {@link MemoryShell} with the arguments as one more line; its standard input is a file "/stdin".
     */
    @Override
    public ProgramExit runProgram(
            Path image,
            TargetProgram program,
            @Nullable InputStream input,
            OutputSink output,
            OutputSink errors,
            Duration atMost)
            throws VirtualMachineException, TimeoutException, InterruptedException {
        enter("runProgram " + String.join(" ", program.command()) + (program.network() ? " with network" : ""));
        MemoryDisk target = MemoryDisk.ofFileSystem(image);
        root = target;
        if (input != null) {
            try {
                target.files().put("/stdin", new String(input.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        StringBuilder exports = new StringBuilder();
        program.variables().forEach((name, value) -> exports.append(name + "=" + value + "\n"));
        MemoryShell shell = shell(new ShellState(program.directory(), exports.toString()), output, errors);
        String script = target.files().get(program.command().get(0));
        int status = script == null ? 127 : shell.run(script);
        for (int i = 1; status == 0 && i < program.command().size(); i++) {
            status = shell.run(program.command().get(i));
        }
        if (shell.isAsleep()) {
            throw new TimeoutException();
        }
        StringBuilder notes = new StringBuilder("# tracer: nop\n");
        for (String path : shell.missing()) {
            notes.append("   prog-12  [000] d..1.  1.5: lookup1: (do_sys_openat2+0x7a/0xc0 <- getname_flags) path=\"")
                    .append(path)
                    .append("\"\n   prog-12  [000] .....  1.5: sys_exit: NR 257 = -2\n");
        }
        return new ProgramExit(status, status == 0 ? "" : notes.toString());
    }

    @Override
    public void end() throws VirtualMachineException, InterruptedException {
        enter("end");
        lost = true;
        guests.leave("end");
    }

    @Override
    public void close() {
        closed = true;
    }
}
