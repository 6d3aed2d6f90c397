// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The SHA-256 digests of a file's pieces of 4 MiB, one after the other, so that damage is found where it is. A piece
 * of zeros, as in a hole, has 32 zeros instead: that takes no time to compute.
 */
public final class ContentDigests {
    /** The length of a piece; the last one of a file may be shorter. */
    public static final int PIECE_BYTES = 4 << 20;

    /** The length of a digest. */
    public static final int DIGEST_BYTES = 32;

    private static final int WARM_UP_FROM_BYTES = 2 * PIECE_BYTES;
    private static final int SHOWN_DIGITS = 16;

    private ContentDigests() {}

    /** The digests of a file, in one array. */
    public static byte[] of(Path file) throws IOException, InterruptedException {
        byte[] all = new byte[Math.multiplyExact(DIGEST_BYTES, pieces(Files.size(file)))];
        read(file, (number, digest) -> {
            if ((number + 1) * DIGEST_BYTES > all.length) {
                throw new IOException("'" + file + "' grows while it is read");
            }
            System.arraycopy(digest, 0, all, number * DIGEST_BYTES, DIGEST_BYTES);
            return true;
        });
        return all;
    }

    /** The number of pieces of a file. */
    public static int pieces(long sizeBytes) {
        return Math.toIntExact((sizeBytes + PIECE_BYTES - 1) / PIECE_BYTES);
    }

    /** Where a file first differs from its digests, in words that follow its name; empty when it does not. */
    public static Optional<String> difference(Path file, byte[] expected) throws IOException, InterruptedException {
        String[] found = new String[1];
        int[] count = new int[1];
        read(file, (number, digest) -> {
            count[0] = number + 1;
            int from = number * DIGEST_BYTES;
            boolean same = from + DIGEST_BYTES <= expected.length
                    && Arrays.equals(digest, 0, DIGEST_BYTES, expected, from, from + DIGEST_BYTES);
            if (!same) {
                found[0] = "has digest " + shown(digest, 0) + " for the piece at byte " + (long) number * PIECE_BYTES
                        + " (expected "
                        + (from < expected.length ? shown(expected, from) : "the end of the file") + ")";
            }
            return same;
        });
        if (found[0] == null && count[0] * DIGEST_BYTES != expected.length) {
            found[0] = "ends after " + count[0] + " pieces (expected " + expected.length / DIGEST_BYTES + ")";
        }
        return Optional.ofNullable(found[0]);
    }

    private static String shown(byte[] digests, int from) {
        return HexFormat.of().formatHex(digests, from, from + DIGEST_BYTES).substring(0, SHOWN_DIGITS) + "...";
    }

    private interface PieceVisitor {
        /** @return whether to go on */
        boolean piece(int number, byte[] digest) throws IOException;
    }

    private static void read(Path file, PieceVisitor visitor) throws IOException, InterruptedException {
        try (SeekableByteChannel in = Files.newByteChannel(file)) {
            if (in.size() >= WARM_UP_FROM_BYTES) {
                Sha256Digest.warmUp();
            }
            int length = (int) Math.min(PIECE_BYTES, Math.max(1, in.size()));
            byte[] piece = new byte[length];
            byte[] zeros = new byte[length];
            for (int number = 0; ; number++) {
                int n = fill(in, piece);
                if (n == 0 || !visitor.piece(number, digest(piece, n, zeros)) || n < length) {
                    return;
                }
            }
        } catch (ClosedByInterruptException | InterruptedIOException e) {
            // The flag is cleared, as every method does that throws this exception.
            Thread.interrupted();
            throw new InterruptedException("'" + file + "' was not read to its end");
        }
    }

    private static int fill(SeekableByteChannel in, byte[] piece) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(piece);
        while (buffer.hasRemaining() && in.read(buffer) >= 0) {
            // A read may return less.
        }
        return buffer.position();
    }

    private static byte[] digest(byte[] piece, int length, byte[] zeros) {
        if (Arrays.equals(piece, 0, length, zeros, 0, length)) {
            return new byte[DIGEST_BYTES];
        }
        Sha256Digest digest = new Sha256Digest();
        digest.update(piece, 0, length);
        return digest.finish().bytes();
    }
}
