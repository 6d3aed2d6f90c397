// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.text.Normalizer;
import java.util.Locale;
import java.util.stream.Stream;

/** The host's file system, but names are compared as APFS compares them, below a directory. */
public final class FoldingFileSystem extends RefusingFileSystem {
    private final Path base;
    private final boolean foldsCase;

    /** @param foldsCase false as on a volume of APFS that distinguishes case, but not the forms of Unicode */
    public FoldingFileSystem(Path base, boolean foldsCase) {
        super(base, 0);
        this.base = base;
        this.foldsCase = foldsCase;
    }

    @Override
    Path find(Path real) throws IOException {
        Path above = real.getParent();
        if (above == null || !real.startsWith(base) || real.equals(base)) {
            return real;
        }
        Path parent = find(above);
        Path exact = parent.resolve(real.getFileName());
        if (Files.exists(exact, LinkOption.NOFOLLOW_LINKS) || !Files.isDirectory(parent)) {
            return exact;
        }
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(entry -> fold(entry).equals(fold(exact)))
                    .findFirst()
                    .orElse(exact);
        }
    }

    private String fold(Path path) {
        String name = Normalizer.normalize(path.getFileName().toString(), Normalizer.Form.NFD);
        return foldsCase ? name.toLowerCase(Locale.ROOT) : name;
    }
}
