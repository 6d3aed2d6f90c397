// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.process;

import io.crossbuild.io.HostOs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Directories for Unix-domain sockets that only this user can enter. They are made where temporary files are; if the
 * paths of sockets would be too long there, in the short directories that every Unix has.
 */
public final class SocketDirectory {
    private static final String PREFIX = "cbs";
    /** Below the directory: the name that Java makes, which ends in a number of up to 20 digits, and a socket's. */
    private static final int BYTES_BELOW = ("/" + PREFIX).length() + 20 + "/port15".length();

    private static final List<Path> SHORT = List.of(Path.of("/tmp"), Path.of("/var/tmp"));

    private SocketDirectory() {}

    /** Makes one. */
    public static Path make() throws IOException {
        // Files.createTempDirectory gives mode 0700 where the host has modes.
        return Files.createTempDirectory(parent(temporary(), HostOs.current()), PREFIX);
    }

    /** Whether a path is that of such a directory, whichever process made it. */
    public static boolean isOne(Path path) {
        Path parent = path.getParent();
        return parent != null
                && path.getFileName().toString().startsWith(PREFIX)
                && Stream.concat(Stream.of(temporary()), SHORT.stream()).anyMatch(parent::equals);
    }

    private static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
    }

    static Path parent(Path temporary, HostOs os) {
        if (fits(temporary, os) || !os.hasShell()) {
            return temporary;
        }
        return SHORT.stream()
                .filter(directory -> Files.isDirectory(directory) && Files.isWritable(directory))
                .findFirst()
                .orElse(temporary);
    }

    private static boolean fits(Path directory, HostOs os) {
        return directory.toString().getBytes(StandardCharsets.UTF_8).length + BYTES_BELOW <= os.maxSocketPathBytes();
    }
}
