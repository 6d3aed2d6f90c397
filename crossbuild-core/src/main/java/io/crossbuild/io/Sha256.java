// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** A SHA-256 digest (FIPS 180-4). Its text form is 64 lower-case hexadecimal digits. */
public final class Sha256 implements Comparable<Sha256> {
    private static final int LENGTH = 32;

    private final byte[] value;

    Sha256(byte[] value) {
        this.value = value;
    }

    public static Sha256 of(byte[] bytes) {
        Sha256Digest digest = new Sha256Digest();
        digest.update(bytes, 0, bytes.length);
        return digest.finish();
    }

    /** The digest of a file's content. */
    public static Sha256 of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return of(in);
        }
    }

    /** The digest of the rest of a stream; the stream is left open. */
    public static Sha256 of(InputStream in) throws IOException {
        Sha256Digest digest = new Sha256Digest();
        byte[] buffer = new byte[64 * 1024];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            digest.update(buffer, 0, n);
        }
        return digest.finish();
    }

    /** The digest written as 64 hexadecimal digits of either case; empty for any other text. */
    public static Optional<Sha256> parse(String hex) {
        if (hex.length() != 2 * LENGTH) {
            return Optional.empty();
        }
        for (int i = 0; i < hex.length(); i++) {
            if (!HexFormat.isHexDigit(hex.charAt(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(new Sha256(HexFormat.of().parseHex(hex)));
    }

    /** The 32 bytes. */
    public byte[] bytes() {
        return value.clone();
    }

    /** The text form. */
    public String hex() {
        return HexFormat.of().formatHex(value);
    }

    @Override
    public int compareTo(Sha256 other) {
        return Arrays.compareUnsigned(value, other.value);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sha256 that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return hex();
    }
}
