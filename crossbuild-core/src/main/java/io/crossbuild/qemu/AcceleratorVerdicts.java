// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.io.Sha256;
import io.crossbuild.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Which accelerators were seen to work, kept in the store: a file for each host, build of QEMU and accelerator. Its
 * first line is {@code works <time>} or {@code fails <time>}, its second one the variant that works, or the problem.
 */
final class AcceleratorVerdicts {
    /** Since then, virtualisation may have been switched on in the firmware, or access may have been granted. */
    private static final Duration FAILURE_AGE = Duration.ofDays(1);

    private static final Duration SUCCESS_AGE = Duration.ofDays(30);

    private static final String WORKS = "works";
    private static final String FAILS = "fails";

    private final Store store;
    private final Clock clock;

    AcceleratorVerdicts(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** @param detail the text of the variant that works, or the problem */
    record Verdict(boolean works, String detail) {
        static Verdict works(AcceleratorVariant variant) {
            return new Verdict(true, variant.text());
        }

        static Verdict fails(String problem) {
            return new Verdict(false, problem);
        }

        /** The one of these that works. */
        Optional<AcceleratorVariant> variantOf(List<AcceleratorVariant> variants) {
            return variants.stream()
                    .filter(variant -> works && variant.text().equals(detail))
                    .findFirst();
        }
    }

    Optional<Verdict> find(HostSystem host, QemuBinary qemu, Accelerator accelerator) throws CrossbuildException {
        Optional<byte[]> note = store.verdict(name(host, qemu, accelerator));
        if (note.isEmpty()) {
            return Optional.empty();
        }
        String[] lines = new String(note.get(), StandardCharsets.UTF_8).strip().split("\n", 2);
        String[] words = lines[0].strip().split(" ");
        boolean works = words[0].equals(WORKS);
        try {
            Duration age = Duration.between(Instant.parse(words[words.length - 1]), clock.instant());
            Duration limit = works ? SUCCESS_AGE : FAILURE_AGE;
            return age.isNegative() || age.compareTo(limit) > 0
                    ? Optional.empty()
                    : Optional.of(new Verdict(works, lines.length > 1 ? lines[1].strip() : ""));
        } catch (DateTimeParseException e) {
            // A damaged file counts as missing.
            return Optional.empty();
        }
    }

    void keep(HostSystem host, QemuBinary qemu, Accelerator accelerator, Verdict verdict) throws CrossbuildException {
        String text = (verdict.works() ? WORKS : FAILS) + " " + clock.instant() + "\n" + verdict.detail() + "\n";
        store.keepVerdict(name(host, qemu, accelerator), text.getBytes(StandardCharsets.UTF_8));
    }

    private static String name(HostSystem host, QemuBinary qemu, Accelerator accelerator) {
        String about = new TreeMap<>(host.description()) + "\n" + qemu.build() + "\n" + qemu.program();
        String digest = Sha256.of(about.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 16);
        return "accelerator-" + accelerator.qemuName() + "-"
                + qemu.architecture().debianName() + "-" + digest;
    }
}
