// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Searches files, such as disk images, byte by byte. */
final class FilesWith {
    private FilesWith() {}

    /** The files below some directories that contain a text. */
    static List<Path> text(String text, Path... directories) throws IOException {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        List<Path> found = new ArrayList<>();
        for (Path directory : directories) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    if (contains(file, wanted)) {
                        found.add(file);
                    }
                }
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
        return found;
    }

    private static boolean contains(Path file, byte[] wanted) throws IOException {
        byte[] buffer = new byte[1 << 20];
        int kept = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n > 0; n = in.read(buffer, kept, buffer.length - kept)) {
                int end = kept + n;
                for (int i = 0; i + wanted.length <= end; i++) {
                    int same = 0;
                    while (same < wanted.length && buffer[i + same] == wanted[same]) {
                        same++;
                    }
                    if (same == wanted.length) {
                        return true;
                    }
                }
                kept = Math.min(wanted.length - 1, end);
                System.arraycopy(buffer, end - kept, buffer, 0, kept);
            }
        } catch (NoSuchFileException e) {
            // Other tests use the same store.
        }
        return false;
    }
}
