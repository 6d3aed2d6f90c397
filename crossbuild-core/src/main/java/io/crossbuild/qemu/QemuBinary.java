// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

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
 * @param home the directory in which it is started, to give files names in ASCII; null where it opens files by any name
 */
public record QemuBinary(
        Architecture architecture,
        Path program,
        List<String> command,
        Map<String, String> env,
        String version,
        int major,
        boolean sandbox,
        String build,
        @Nullable Path home) {
    public QemuBinary {
        command = List.copyOf(command);
        env = Map.copyOf(env);
    }

    /** An emulator that opens files by any name. */
    public QemuBinary(
            Architecture architecture,
            Path program,
            List<String> command,
            Map<String, String> env,
            String version,
            int major,
            boolean sandbox,
            String build) {
        this(architecture, program, command, env, version, major, sandbox, build, null);
    }

    QemuBinary withHome(@Nullable Path directory) {
        return new QemuBinary(architecture, program, command, env, version, major, sandbox, build, directory);
    }

    /** Whether it has this version or a later one. */
    boolean isAtLeast(int wantedMajor, int wantedMinor) {
        if (major != wantedMajor) {
            return major > wantedMajor;
        }
        String[] numbers = version.split("\\.");
        return numbers.length > 1 && Integer.parseInt(numbers[1]) >= wantedMinor;
    }

    /** Whether a machine's state can be written to a file: since 8.2, which introduced {@code file:}. */
    public boolean savesState() {
        return isAtLeast(8, 2);
    }
}
