// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A store that begins with what the shared one has: the same files by different names, which do not change. */
final class LinkedStore {
    private LinkedStore() {}

    /** Makes one with the given directories of the shared store. */
    static Path of(String name, List<String> directories) throws IOException {
        Path home = Files.createTempDirectory(Files.createDirectories(Settings.work()), name);
        for (String directory : directories) {
            link(Settings.sharedHome().resolve(directory), home.resolve(directory));
        }
        return home;
    }

    /** Links every file below a path unless it is there already. */
    static void link(Path from, Path to) throws IOException {
        if (Files.isDirectory(from)) {
            Files.createDirectories(to);
            try (Stream<Path> entries = Files.list(from)) {
                for (Path entry : entries.toList()) {
                    link(entry, to.resolve(entry.getFileName().toString()));
                }
            }
        } else if (Files.exists(from) && !Files.exists(to)) {
            Files.createLink(to, from);
        }
    }
}
