// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.io.HostOs;
import io.crossbuild.io.Sha256;
import io.crossbuild.store.Store;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds QEMU on this host. */
final class QemuLocator {
    private final Store store;
    private final List<Path> directories;
    private final String suffix;

    private QemuLocator(Store store, List<Path> directories, String suffix) {
        this.store = store;
        this.directories = directories;
        this.suffix = suffix;
    }

    /** Searches the directories of the variable PATH, and on Windows also the directory of QEMU's installer. */
    static QemuLocator ofHost(Store store) {
        boolean windows = HostOs.current() == HostOs.WINDOWS;
        List<Path> directories = new ArrayList<>(directories(System.getenv("PATH")));
        String programs = System.getenv("ProgramFiles");
        if (windows && programs != null) {
            directories.add(Path.of(programs, "qemu"));
        }
        return of(store, directories, windows ? ".exe" : "");
    }

    static QemuLocator of(Store store, List<Path> directories, String suffix) {
        return new QemuLocator(store, List.copyOf(directories), suffix);
    }

    /** The directories of a search path, without relative and invalid ones. */
    static List<Path> directories(@Nullable String searchPath) {
        List<Path> found = new ArrayList<>();
        for (String name : searchPath == null ? new String[0] : searchPath.split(File.pathSeparator)) {
            try {
                Path directory = Path.of(name);
                if (directory.isAbsolute()) {
                    found.add(directory);
                }
            } catch (InvalidPathException e) {
                // Not a valid directory.
            }
        }
        return found;
    }

    /** The first emulator for guests of an architecture, if there is one. */
    Optional<Path> find(Architecture architecture) {
        return directories.stream()
                .map(d -> d.resolve("qemu-system-" + architecture.qemuName() + suffix))
                .filter(p -> Files.isRegularFile(p) && Files.isExecutable(p))
                .findFirst();
    }

    /**
     * The emulator at a path. It is started once to get its version; the answer is kept as long as the file is
     * unchanged.
     *
     * @throws HostRequirementException when it does not exist or does not run
     */
    QemuBinary explicit(Architecture architecture, Path program) throws CrossbuildException, InterruptedException {
        if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
            throw new HostRequirementException(
                    "Cannot use '" + program + "' as QEMU: no such executable file",
                    AdviceKey.QEMU_PATH.advice("program", "qemu-system-" + architecture.qemuName()));
        }
        List<String> command = List.of(program.toAbsolutePath().toString());
        String name = noteName(architecture, program);
        Optional<QemuMetadata> note = QemuMetadata.read(store, name);
        if (note.isPresent()) {
            QemuMetadata known = note.get();
            return new QemuBinary(
                    architecture,
                    program,
                    command,
                    Map.of(),
                    known.version(),
                    known.major(),
                    known.sandbox(),
                    known.build());
        }
        QemuBinary qemu = QemuProbe.probe(architecture, program, command, Map.of());
        QemuMetadata.of(qemu, "", Instant.now()).keep(store, name);
        return qemu;
    }

    /** A link counts as the file that it leads to: an update of QEMU may change only that. */
    private static String noteName(Architecture architecture, Path program) throws HostRequirementException {
        try {
            Path real = program.toRealPath();
            String about = real + "\n" + Files.size(real) + "\n"
                    + Files.getLastModifiedTime(real).toMillis();
            return "qemu-" + architecture.debianName() + "-"
                    + Sha256.of(about.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 16);
        } catch (IOException e) {
            throw new HostRequirementException(
                    "Cannot use '" + program + "' as QEMU: " + e.getMessage(),
                    AdviceKey.QEMU_PATH.advice("program", "qemu-system-" + architecture.qemuName()),
                    e);
        }
    }
}
