// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import io.crossbuild.io.HostOs;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A QEMU system emulator that is known to run.
 *
 * @param architecture of the guests that it runs
 * @param program the emulator itself
 * @param command how to start it, before the arguments of a machine
 * @param env environment variables to set for it
 * @param version such as {@code 10.0.13}
 * @param major the version's first number
 * @param sandbox whether it can confine itself (seccomp)
 * @param build what distinguishes this build from others of the same version
 */
public record QemuBinary(
        Architecture architecture,
        Path program,
        List<String> command,
        Map<String, String> env,
        String version,
        int major,
        boolean sandbox,
        String build) {
    public QemuBinary {
        command = List.copyOf(command);
        env = Map.copyOf(env);
    }

    /** Whether a machine's state can be written to a file: since 8.2, which introduced {@code file:}. */
    public boolean savesState() {
        return major > 8 || version.startsWith("8.2.");
    }

    /**
     * Whether its machines can start with a {@link MemoryFile} that they do not change: since 8.2, tested only on
     * Linux.
     */
    public boolean sharesMemory() {
        return savesState() && (HostOs.current() == HostOs.LINUX);
    }
}
