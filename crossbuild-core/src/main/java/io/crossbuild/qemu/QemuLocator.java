// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.HostRequirementException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the QEMU that this host has. */
public final class QemuLocator {
    private final @Nullable String searchPath;
    private final boolean windows;

    private QemuLocator(@Nullable String searchPath, boolean windows) {
        this.searchPath = searchPath;
        this.windows = windows;
    }

    /** Looks in the directories of the variable PATH. */
    public static QemuLocator ofHost() {
        return new QemuLocator(
                System.getenv("PATH"),
                System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows"));
    }

    static QemuLocator of(@Nullable String searchPath, boolean windows) {
        return new QemuLocator(searchPath, windows);
    }

    /**
     * The emulator at a path that the user gave.
     *
     * @throws HostRequirementException when it is not there, or does not run
     */
    public QemuBinary explicit(Architecture architecture, Path program)
            throws HostRequirementException, InterruptedException {
        if (!Files.isExecutable(program)) {
            throw new HostRequirementException(
                    "Cannot use '" + program + "' as QEMU: no such executable file",
                    "Set crossbuild.qemu to the path of qemu-system-" + architecture.qemuName());
        }
        return QemuProbe.probe(architecture, program, List.of(program.toString()), Map.of());
    }

    /** The first emulator for such guests in the search path, if there is one. */
    public Optional<Path> find(Architecture architecture) {
        if (searchPath == null) {
            return Optional.empty();
        }
        String name = "qemu-system-" + architecture.qemuName() + (windows ? ".exe" : "");
        for (String directory : searchPath.split(File.pathSeparator)) {
            try {
                Path candidate = Path.of(directory, name);
                if (candidate.isAbsolute() && Files.isRegularFile(candidate) && Files.isExecutable(candidate)) {
                    return Optional.of(candidate);
                }
            } catch (InvalidPathException e) {
                // Not a directory that could hold anything.
            }
        }
        return Optional.empty();
    }
}
