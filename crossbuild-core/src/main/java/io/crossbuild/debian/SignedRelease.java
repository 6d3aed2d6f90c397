// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.error.UntrustedException;
import io.crossbuild.io.Sha256;
import io.crossbuild.spec.EnvironmentSpec;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The verified index of a suite, the file {@code InRelease}: the suite's files and their digests. */
public final class SignedRelease {
    private static final Duration CLOCK_SKEW = Duration.ofDays(1);
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy H:mm:ss zzz", Locale.ENGLISH);

    private final byte[] bytes;
    private final String suite;
    private final Instant date;
    private final boolean byHash;
    private final Map<String, Entry> files;

    private SignedRelease(byte[] bytes, String suite, Instant date, boolean byHash, Map<String, Entry> files) {
        this.bytes = bytes;
        this.suite = suite;
        this.date = date;
        this.byHash = byHash;
        this.files = files;
    }

    /** A file of the suite. */
    public record Entry(long sizeBytes, Sha256 digest) {}

    /**
     * Verifies and reads an index.
     *
     * @param suite the required code name
     * @param source the name of the input, for messages
     * @throws UntrustedException when no signature is valid, or the index is for another suite or not valid now
     */
    public static SignedRelease verify(byte[] bytes, String suite, ArchiveKeys keys, Clock clock, String source)
            throws UntrustedException, MalformedInputException {
        Instant now = clock.instant();
        ClearSignedMessage message = ClearSignedMessage.parse(bytes, source);
        keys.verify(message, source, now);
        return read(bytes, message.signedText(), suite, now, source);
    }

    /** Reads an index whose signature is valid. */
    static SignedRelease read(byte[] bytes, String text, String suite, Instant now, String source)
            throws UntrustedException, MalformedInputException {
        ControlFields fields = ControlFields.parse(text, source);
        String codename = fields.require("Codename");
        if (!codename.equals(suite)) {
            throw new UntrustedException(
                    "Untrusted '" + source + "': it is the index of '" + codename + "' (expected '" + suite + "')",
                    AdviceKey.OTHER_MIRROR_AS_SUITE_DIFFERS.advice());
        }
        Instant date = date(fields.require("Date"), source);
        if (date.isAfter(now.plus(CLOCK_SKEW))) {
            throw new UntrustedException(
                    "Untrusted '" + source + "': it is dated " + date + ", and this host's clock says " + now,
                    AdviceKey.SET_CLOCK.advice());
        }
        Optional<String> until = fields.get("Valid-Until");
        // The last index of an archived release stays the last one, however old it is.
        if (until.isPresent()
                && !EnvironmentSpec.ARCHIVED_SUITES.contains(suite)
                && date(until.get(), source).isBefore(now)) {
            throw new UntrustedException(
                    "Untrusted '" + source + "': it was valid until " + date(until.get(), source)
                            + ", and this host's clock says " + now,
                    AdviceKey.OTHER_MIRROR_OR_SET_CLOCK.advice());
        }
        boolean byHash = fields.get("Acquire-By-Hash").orElse("").equalsIgnoreCase("yes");
        return new SignedRelease(bytes.clone(), suite, date, byHash, files(fields.require("SHA256"), source));
    }

    private static Instant date(String text, String source) throws MalformedInputException {
        try {
            return ZonedDateTime.parse(text.strip(), DATE).toInstant();
        } catch (DateTimeException e) {
            throw new MalformedInputException(
                    source, -1, "date '" + text + "' (expected one such as 'Sat, 14 Jun 2025 10:16:37 UTC')", e);
        }
    }

    private static Map<String, Entry> files(String field, String source) throws MalformedInputException {
        Map<String, Entry> files = new HashMap<>();
        for (String line : field.strip().split("\n")) {
            String[] words = line.strip().split("\\s+");
            Optional<Sha256> digest = Sha256.parse(words[0]);
            if (words.length != 3 || digest.isEmpty() || !words[1].matches("\\d{1,18}")) {
                throw new MalformedInputException(source, -1, "line '" + line + "' (expected digest, size and name)");
            }
            Entry entry = new Entry(Long.parseLong(words[1]), digest.get());
            Entry before = files.putIfAbsent(words[2], entry);
            if (before != null && !before.equals(entry)) {
                throw new MalformedInputException(source, -1, "file '" + words[2] + "' appears twice");
            }
        }
        return Map.copyOf(files);
    }

    /** The original file, with its signatures. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The digest of the original file. */
    public Sha256 digest() {
        return Sha256.of(bytes);
    }

    /** The code name of the suite. */
    public String suite() {
        return suite;
    }

    /** The time at which the index was made. */
    public Instant date() {
        return date;
    }

    /** Whether the mirror also has each file under its digest, so that an old index still finds its own files. */
    boolean hasFilesByHash() {
        return byHash;
    }

    /** A file of the suite by its path below the suite's directory, such as {@code main/binary-amd64/Packages.xz}. */
    public Optional<Entry> file(String path) {
        return Optional.ofNullable(files.get(path));
    }
}
