// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.housekeeping;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.spec.StoreItem;
import io.crossbuild.spec.StoreReport;
import io.crossbuild.store.Downloads;
import io.crossbuild.store.SealCheck;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads everything in a store and removes what is damaged. Caches, which lines change, have no seal. */
public final class StoreVerification {
    private final Store store;
    private final SealCheck seals;
    private final List<StoreItem> sound = new ArrayList<>();
    private final List<StoreReport.Damaged> damaged = new ArrayList<>();
    private final List<StoreItem> dropped = new ArrayList<>();

    public StoreVerification(Store store) {
        this.store = store;
        this.seals = new SealCheck(store);
    }

    /** Checks everything once. */
    public StoreReport run() throws CrossbuildException, IOException, InterruptedException {
        for (StoreItem item : new Inventory(store).list()) {
            switch (item.category()) {
                case ENVIRONMENT -> verify(item, Store.Kind.ENVIRONMENT);
                case LAYER -> verify(item, Store.Kind.LAYER);
                case APPLIANCE -> verify(item, Store.Kind.APPLIANCE);
                case QEMU -> verify(item, Store.Kind.QEMU);
                case STATE -> drop(item);
                case DOWNLOAD -> verifyDownload(item);
                case CACHE -> {
                    // Only the file system in it can tell whether it is whole.
                }
            }
        }
        return new StoreReport(sound, damaged, dropped);
    }

    private void verify(StoreItem item, Store.Kind kind) throws CrossbuildException, InterruptedException {
        Optional<String> damage = seals.damageInFull(item.path());
        if (damage.isEmpty()) {
            sound.add(item);
            return;
        }
        boolean removed = store.removeUnlessHeld(kind, item.path().getFileName().toString(), Instant.MAX);
        if (!removed) {
            seals.distrust(item.path());
        }
        damaged.add(new StoreReport.Damaged(item, damage.get(), removed));
    }

    private void drop(StoreItem item) throws CrossbuildException, InterruptedException {
        store.remove(Store.Kind.STATE, item.path().getFileName().toString());
        dropped.add(item);
    }

    private void verifyDownload(StoreItem item) throws IOException, InterruptedException {
        Path file = item.path();
        if (file.getFileName().toString().contains(".")) {
            // A part that the next download continues, and checks.
            return;
        }
        try {
            Optional<String> damage = downloadDamage(file);
            if (damage.isEmpty()) {
                sound.add(item);
                return;
            }
            PatientFiles.deleteIfExists(file);
            damaged.add(new StoreReport.Damaged(item, damage.get(), true));
        } catch (NoSuchFileException e) {
            // Removed meanwhile.
            return;
        } catch (ClosedByInterruptException e) {
            Thread.interrupted();
            throw new InterruptedException("'" + file + "' was not read to its end");
        }
    }

    /** A link may lead to what never ends, and so may a pipe. */
    private static Optional<String> downloadDamage(Path file) throws IOException {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                ? Optional.of("'" + file + "' is not a file (expected one)")
                : Downloads.damage(file);
    }
}
