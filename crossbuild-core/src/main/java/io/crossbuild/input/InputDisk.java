// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.input;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.TarWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The raw image of a disk that brings inputs into a guest: tar archives one after the other, each at a whole MiB. */
public final class InputDisk {
    private static final int MIB = 1 << 20;

    private InputDisk() {}

    /**
     * An archive on the disk.
     *
     * @param offsetMib where it begins, in MiB
     */
    public record Archive(long offsetMib, InputContent content) {}

    /** Writes the archives of inputs into a new image, in order. */
    public static List<Archive> write(Path image, List<HostInput> inputs) throws IOException, CrossbuildException {
        List<Archive> archives = new ArrayList<>();
        try (OutputStream out = Files.newOutputStream(image)) {
            for (HostInput input : inputs) {
                long offset = Files.size(image) / MIB;
                TarWriter tar = new TarWriter(out, MIB);
                InputContent content = input.writeTo(tar);
                tar.finish();
                archives.add(new Archive(offset, content));
            }
        }
        return archives;
    }
}
