// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Temporary files that killed processes have left next to others, where no lock tells whether they are in use. */
public final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
    /** No process takes so long from making one to moving or deleting it. */
    private static final Duration AGE = Duration.ofHours(1);

    private Leftovers() {}

    /** Deletes what is old and has a name that begins with a prefix; what cannot be deleted stays. */
    public static void sweep(Path directory, String prefix) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(
                directory, entry -> entry.getFileName().toString().startsWith(prefix))) {
            Instant newest = Instant.now().minus(AGE);
            for (Path entry : all) {
                if (Files.getLastModifiedTime(entry, LinkOption.NOFOLLOW_LINKS)
                        .toInstant()
                        .isBefore(newest)) {
                    delete(entry);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.debug("cannot look for leftovers in '{}'", directory, e);
        }
    }

    private static void delete(Path entry) {
        try {
            RecursiveDelete.delete(entry);
        } catch (IOException e) {
            // It may belong to another user.
            LOG.debug("cannot delete '{}'", entry, e);
        }
    }
}
