// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.io.Sha256;
import io.crossbuild.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A mirror's last answer about its release. An archive changes at most four times a day, and replaced files stay for
 * days.
 *
 * @param digest of the index
 * @param at when the mirror was asked
 */
record ReleaseAnswer(Sha256 digest, Instant at) {
    private static final Pattern FORM = Pattern.compile("([0-9a-f]{64}) (\\d{1,12})\n");

    static Optional<ReleaseAnswer> read(Store store, String archive) throws CrossbuildException {
        return store.verdict(name(archive))
                .map(bytes -> FORM.matcher(new String(bytes, StandardCharsets.US_ASCII)))
                .filter(Matcher::matches)
                .map(form -> new ReleaseAnswer(
                        Sha256.parse(form.group(1)).orElseThrow(),
                        Instant.ofEpochSecond(Long.parseLong(form.group(2)))));
    }

    void keep(Store store, String archive) throws CrossbuildException {
        store.keepVerdict(
                name(archive), (digest.hex() + " " + at.getEpochSecond() + "\n").getBytes(StandardCharsets.US_ASCII));
    }

    /** An answer from the future comes from a different clock: it does not count. */
    boolean isWithin(Duration age, Instant now) {
        return !at.isAfter(now) && at.plus(age).isAfter(now);
    }

    private static String name(String archive) {
        return "release-" + archive;
    }
}
