// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import io.crossbuild.process.Deadline;
import io.crossbuild.process.ProgramOutput;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The space that directories take on disk, in bytes. Java does not tell how much of a sparse file is allocated, du(1)
 * does; where there is no du, as on Windows, the length of the files is used instead.
 */
final class DiskUsage {
    private static final Logger LOG = LoggerFactory.getLogger(DiskUsage.class);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int UNIT_BYTES = 1024;

    private final Map<String, Long> allocated;

    private DiskUsage(Map<String, Long> allocated) {
        this.allocated = allocated;
    }

    /** Measures everything in a directory. */
    static DiskUsage in(Path directory) throws InterruptedException {
        Map<String, Long> allocated = new HashMap<>();
        try {
            ProgramOutput du = ProgramOutput.of(
                    List.of("du", "-k", "-d", "1", directory.toString()),
                    Map.of("LC_ALL", "C"),
                    Deadline.after(PATIENCE));
            du.text().lines().forEach(line -> note(line, allocated));
        } catch (IOException e) {
            LOG.debug("no du here", e);
        }
        return new DiskUsage(allocated);
    }

    /** A number of blocks, a tab, a path. */
    private static void note(String line, Map<String, Long> allocated) {
        int tab = line.indexOf('\t');
        String name = line.substring(Math.max(tab, line.lastIndexOf('/')) + 1);
        try {
            allocated.put(name, Math.multiplyExact(Long.parseLong(line.substring(0, Math.max(0, tab))), UNIT_BYTES));
        } catch (ArithmeticException | NumberFormatException e) {
            LOG.debug("du says '{}'", line);
        }
    }

    /** The space that one entry of the directory takes. */
    long of(Path entry) throws IOException {
        Long bytes = allocated.get(String.valueOf(entry.getFileName()));
        return bytes == null ? length(entry) : bytes;
    }

    private static long length(Path path) throws IOException {
        long[] sum = {0};
        Files.walkFileTree(path, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                sum[0] += attributes.size();
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        return sum[0];
    }
}
