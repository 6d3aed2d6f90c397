// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import io.crossbuild.io.DiskTrouble;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds damage to published directories by their seals. Safe for use by several threads. */
public final class SealCheck {
    private static final Logger LOG = LoggerFactory.getLogger(SealCheck.class);

    private final Store store;

    public SealCheck(Store store) {
        this.store = store;
    }

    /**
     * The published directory of a key, for use. If it is damaged, it is removed, and the listener is told.
     *
     * @return empty when there is none, or it was removed
     * @throws CrossbuildException when it is damaged, but a running build is based on it
     */
    public Optional<Path> find(Store.Kind kind, String key, BuildListener listener)
            throws CrossbuildException, InterruptedException {
        Optional<Path> found = store.find(kind, key);
        if (found.isEmpty()) {
            return found;
        }
        Optional<String> damage = damage(found.get());
        if (damage.isEmpty()) {
            return found;
        }
        if (!store.removeUnlessHeld(kind, key, Instant.MAX)) {
            throw new CrossbuildException(
                    "Damaged file in the store: " + damage.get()
                            + ". It cannot be made again while another build uses it",
                    AdviceKey.WAIT_FOR_BUILD.advice());
        }
        listener.onEvent(new Warning.StoreDamaged(found.get(), damage.get()));
        return Optional.empty();
    }

    /** Whether a published directory has a seal, as those of earlier versions have not. */
    public boolean isSealed(Store.Kind kind, String key) {
        return Files.exists(store.path(kind, key).resolve(Seal.FILE));
    }

    /**
     * What is wrong with a published directory, in words; empty when nothing is, or it was removed meanwhile. Only
     * files are read that were touched since the last check.
     *
     * @throws CrossbuildException when this user cannot read it
     */
    public Optional<String> damage(Path directory) throws CrossbuildException, InterruptedException {
        return damage(directory, false);
    }

    /** The same, but all files are read. The time of last use does not change. */
    public Optional<String> damageInFull(Path directory) throws CrossbuildException, InterruptedException {
        FileTime lastUsed;
        try {
            lastUsed = Files.getLastModifiedTime(directory);
        } catch (IOException e) {
            LOG.debug("'{}' was removed meanwhile", directory, e);
            return Optional.empty();
        }
        Optional<String> damage = damage(directory, true);
        try {
            Files.setLastModifiedTime(directory, lastUsed);
        } catch (IOException e) {
            LOG.debug("cannot set the time of '{}'", directory, e);
        }
        return damage;
    }

    /** Lets the next check of a directory read all of its files. */
    public void distrust(Path directory) {
        try {
            Seal.read(directory).withoutStamps().replace(directory);
        } catch (IOException e) {
            // A seal that cannot be read is damage too.
            LOG.debug("no seal in '{}'", directory, e);
        }
    }

    private static Optional<String> damage(Path directory, boolean inFull)
            throws CrossbuildException, InterruptedException {
        if (Files.isSymbolicLink(directory)) {
            return Optional.of("'" + directory + "' is a symbolic link (expected a directory)");
        }
        Seal seal;
        try {
            seal = Seal.read(directory);
        } catch (NoSuchFileException e) {
            return isGone(directory) ? Optional.empty() : Optional.of("'" + e.getFile() + "' is gone");
        } catch (IOException e) {
            return damage(directory, e, String.valueOf(e.getMessage()));
        }
        try {
            Optional<String> damage = seal.damage(directory, inFull);
            return damage.isPresent() && isGone(directory) ? Optional.empty() : damage;
        } catch (NoSuchFileException e) {
            return isGone(directory) ? Optional.empty() : Optional.of("'" + e.getFile() + "' is gone");
        } catch (IOException e) {
            return damage(directory, e, "a file in '" + directory + "' cannot be read: " + DiskTrouble.reason(e));
        }
    }

    /** A failing disk, or content that makes no sense, is damage; anything else may be over in a moment. */
    private static Optional<String> damage(Path directory, IOException e, String words) throws CrossbuildException {
        boolean passing = e instanceof FileSystemException
                && DiskTrouble.in(DiskTrouble.reason(e))
                        .filter(trouble -> trouble == DiskTrouble.BROKEN)
                        .isEmpty();
        if (passing) {
            throw StoreFailure.of("Cannot read", directory, e);
        }
        return Optional.of(words);
    }

    private static boolean isGone(Path directory) {
        return !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS);
    }
}
