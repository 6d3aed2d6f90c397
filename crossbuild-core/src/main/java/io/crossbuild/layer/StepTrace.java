// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import io.crossbuild.io.ChecksummedFile;
import io.crossbuild.tree.FileType;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The regular files, links and directories that a step read, in a file next to the layer's disk.
 *
 * @param files the type of each, by its absolute path
 */
public record StepTrace(SortedMap<String, FileType> files) {
    private static final String FILE = "trace";
    private static final long MAGIC = 0x63_72_6F_73_73_74_72_01L;
    private static final int MAX_BYTES = 1 << 27;

    public StepTrace {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /** The file in a layer's directory. */
    static Path file(Path directory) {
        return directory.resolve(FILE);
    }

    /** @param layer the layer's id */
    void write(Path directory, String layer) throws IOException {
        ChecksummedFile.write(file(directory), out -> {
            out.writeLong(MAGIC);
            out.writeUTF(layer);
            out.writeInt(files.size());
            for (Map.Entry<String, FileType> entry : files.entrySet()) {
                out.writeInt(entry.getValue().modeBits());
                out.writeUTF(entry.getKey());
            }
        });
    }

    /** @throws IOException also when the file is damaged, of another version, or of a different layer */
    static StepTrace read(Path directory, String layer) throws IOException {
        Path file = file(directory);
        DataInputStream in = ChecksummedFile.read(file, MAX_BYTES);
        if (in.readLong() != MAGIC || !in.readUTF().equals(layer)) {
            throw new IOException("'" + file + "' is not of this layer and version");
        }
        SortedMap<String, FileType> files = new TreeMap<>();
        for (int left = in.readInt(); left > 0; left--) {
            int bits = in.readInt();
            FileType type = FileType.ofMode(bits).orElseThrow(() -> new IOException("'" + file + "': type " + bits));
            files.put(checked(in.readUTF(), file), type);
        }
        return new StepTrace(files);
    }

    private static String checked(String path, Path file) throws IOException {
        if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw new IOException("'" + file + "': '" + path.replace('\0', '?') + "' (expected an absolute path)");
        }
        return path;
    }
}
