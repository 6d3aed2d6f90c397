// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;

/**
 * A file of numbers and strings that is not flushed to the disk: if a power failure leaves it incomplete, its checksum
 * is wrong (CRC-32, its last eight bytes).
 */
public final class ChecksummedFile {
    private static final int CHECKSUM_BYTES = Long.BYTES;

    private ChecksummedFile() {}

    /** Writes the content of a file. */
    @FunctionalInterface
    public interface Content {
        void writeTo(DataOutputStream out) throws IOException;
    }

    /** Writes a file, or overwrites one; a symbolic link is replaced. */
    public static void write(Path file, Content content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            content.writeTo(out);
            out.writeLong(checksum(bytes.toByteArray(), bytes.size()));
        }
        PlainFile.write(file, bytes.toByteArray());
    }

    /**
     * The content of a file, without the checksum.
     *
     * @param maxBytes the limit for the whole file
     * @throws IOException also when it is longer, or damaged
     */
    public static DataInputStream read(Path file, int maxBytes) throws IOException {
        long size = Files.size(file);
        if (size > maxBytes) {
            throw new IOException("'" + file + "' has " + size + " bytes (expected at most " + maxBytes + ")");
        }
        byte[] bytes = Files.readAllBytes(file);
        int length = bytes.length - CHECKSUM_BYTES;
        if (length < 0 || stored(bytes, length) != checksum(bytes, length)) {
            throw new IOException("'" + file + "' is damaged");
        }
        return new DataInputStream(new ByteArrayInputStream(bytes, 0, length));
    }

    private static long stored(byte[] bytes, int at) throws IOException {
        return new DataInputStream(new ByteArrayInputStream(bytes, at, CHECKSUM_BYTES)).readLong();
    }

    private static long checksum(byte[] bytes, int length) {
        CRC32 checksum = new CRC32();
        checksum.update(bytes, 0, length);
        return checksum.getValue();
    }
}
