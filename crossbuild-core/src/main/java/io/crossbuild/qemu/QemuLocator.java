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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds QEMU on this host. */
final class QemuLocator {
    /**
     * Where Homebrew puts links on Apple's and on Intel's processors, and MacPorts. Programs that were not started from
     * a shell, such as an IDE from the Dock, do not have these directories in their PATH.
     */
    private static final List<Path> ON_MACOS =
            List.of(Path.of("/opt/homebrew/bin"), Path.of("/usr/local/bin"), Path.of("/opt/local/bin"));

    private final Store store;
    private final List<Path> directories;
    private final HostOs os;

    private QemuLocator(Store store, List<Path> directories, HostOs os) {
        this.store = store;
        this.directories = directories;
        this.os = os;
    }

    /** Searches where QEMU usually is on this host. */
    static QemuLocator ofHost(Store store) {
        return ofHost(store, System.getenv());
    }

    static QemuLocator ofHost(Store store, Map<String, String> environment) {
        HostOs os = HostOs.current();
        return of(store, directories(os, environment), os);
    }

    static QemuLocator of(Store store, List<Path> directories, HostOs os) {
        return new QemuLocator(store, List.copyOf(directories), os);
    }

    /** The directories of the variable PATH, then those of installers. */
    static List<Path> directories(HostOs os, Map<String, String> environment) {
        Map<String, String> variables = variables(os, environment);
        List<Path> directories = new ArrayList<>(directories(variables.get("PATH")));
        String programs = variables.get("ProgramFiles");
        if (os == HostOs.WINDOWS && programs != null) {
            directories.add(Path.of(programs, "qemu"));
        }
        if (os == HostOs.MACOS) {
            directories.addAll(ON_MACOS);
        }
        return directories;
    }

    /** On Windows the variable is "Path" in most shells, and the map of {@link System#getenv()} has that spelling. */
    private static Map<String, String> variables(HostOs os, Map<String, String> environment) {
        if (os != HostOs.WINDOWS) {
            return environment;
        }
        Map<String, String> inAnyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        inAnyCase.putAll(environment);
        return inAnyCase;
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
        String suffix = os == HostOs.WINDOWS ? ".exe" : "";
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
        return known(architecture, program).withHome(os == HostOs.WINDOWS ? store.home() : null);
    }

    private QemuBinary known(Architecture architecture, Path program) throws CrossbuildException, InterruptedException {
        if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
            throw new HostRequirementException(
                    "Cannot use '" + program + "' as QEMU: no such executable file",
                    AdviceKey.QEMU_PATH.advice("program", "qemu-system-" + architecture.qemuName()));
        }
        List<String> command = List.of(program.toAbsolutePath().toString());
        String name = metadataName(architecture, program);
        Optional<QemuMetadata> metadata = QemuMetadata.read(store, name);
        if (metadata.isPresent()) {
            QemuMetadata known = metadata.get();
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
    private static String metadataName(Architecture architecture, Path program) throws HostRequirementException {
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
