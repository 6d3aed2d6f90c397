// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import io.crossbuild.io.FileStamp;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Damage to published files. */
public final class BitRot {
    private BitRot() {}

    /** Flips a bit, as a program does that writes to the file. */
    public static void flip(Path file, long at) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(at);
            int old = bytes.read();
            bytes.seek(at);
            bytes.write(old ^ 0x10);
        }
    }

    /** Flips a bit without a trace in the file's times, as a disk does; no program could, so the seal gets the times. */
    public static void rot(Path file, long at) throws IOException {
        Path directory = Objects.requireNonNull(file.getParent());
        Seal before = Seal.read(directory);
        flip(file, at);
        List<Seal.Entry> stamped = new ArrayList<>();
        for (Seal.Entry entry : before.entries()) {
            FileStamp now = FileStamp.of(directory.resolve(entry.path())).orElseThrow();
            stamped.add(new Seal.Entry(entry.path(), now, entry.digests()));
        }
        new Seal(true, stamped).replace(directory);
    }

    /** Cuts a file off. */
    public static void truncate(Path file, long length) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.setLength(length);
        }
    }
}
