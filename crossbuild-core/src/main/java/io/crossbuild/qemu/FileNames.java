// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How QEMU is told the names of files. On Windows it opens them by names in the ANSI code page of the user
 * (CreateFileA, and open of Microsoft's C library), while QMP has them in UTF-8. So it gets names in ASCII: it is
 * started in the store's home, and what leads to the home is left out.
 */
final class FileNames {
    /** MAX_PATH of Windows is 260 with the final zero. A relative name counts with the current directory. */
    static final int MAX_LENGTH = 259;

    private final @Nullable Path home;

    private FileNames(@Nullable Path home) {
        this.home = home;
    }

    /** The names for an emulator: as they are, unless it has a {@link QemuBinary#home()}. */
    static FileNames of(QemuBinary qemu) {
        Path home = qemu.home();
        return new FileNames(home == null ? null : home.toAbsolutePath().normalize());
    }

    /** The shortest name that is ASCII; if there is none, the path as it is. */
    String of(Path path) {
        if (home == null) {
            return path.toString();
        }
        Path absolute = path.toAbsolutePath().normalize();
        String relative = relative(home, absolute);
        return (isAscii(absolute) && !absolute.startsWith(home)) || !isAscii(relative) ? absolute.toString() : relative;
    }

    /** What is wrong with the name of a file, if there is something. */
    Optional<String> problem(Path path) {
        if (home == null) {
            return Optional.empty();
        }
        Path absolute = path.toAbsolutePath().normalize();
        int length = absolute.toString().length();
        if (length > MAX_LENGTH) {
            return Optional.of("the path has " + length + " characters (expected at most " + MAX_LENGTH + ")");
        }
        return isAscii(of(path))
                ? Optional.empty()
                : Optional.of("the path has characters that QEMU cannot read on Windows (expected ASCII)");
    }

    /**
     * The name of a file.
     *
     * @throws IOException when QEMU cannot open it by any name
     */
    String require(Path path) throws IOException {
        Optional<String> problem = problem(path);
        if (problem.isPresent()) {
            throw new IOException("Cannot give '" + path + "' to QEMU: " + problem.get());
        }
        return of(path);
    }

    /** Directories on other drives have no relative name. */
    private static String relative(Path home, Path absolute) {
        return Objects.equals(home.getRoot(), absolute.getRoot())
                ? home.relativize(absolute).toString()
                : absolute.toString();
    }

    private static boolean isAscii(Path path) {
        return isAscii(path.toString());
    }

    private static boolean isAscii(String name) {
        return StandardCharsets.US_ASCII.newEncoder().canEncode(name);
    }
}
