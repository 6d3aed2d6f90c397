// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.store.SealCheck;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The environments in a store. */
public final class Environments {
    private static final Logger LOG = LoggerFactory.getLogger(Environments.class);

    private final Store store;

    public Environments(Store store) {
        this.store = store;
    }

    /** All environments, sorted by key. */
    public List<Environment> list() throws CrossbuildException {
        List<Environment> found = new ArrayList<>();
        for (String key : store.keys(Store.Kind.ENVIRONMENT)) {
            store.find(Store.Kind.ENVIRONMENT, key).flatMap(Environments::read).ifPresent(found::add);
        }
        return found;
    }

    /**
     * The environment of a spec, for use; the newest if several were installed over time. A damaged one is removed.
     *
     * @param listener is told about each damaged one
     * @throws CrossbuildException when it is damaged, but a running build is based on it
     */
    public Optional<Environment> find(EnvironmentSpec spec, BuildListener listener)
            throws CrossbuildException, InterruptedException {
        SealCheck seals = new SealCheck(store);
        List<Environment> newestFirst = new ArrayList<>();
        for (String key : store.keys(Store.Kind.ENVIRONMENT)) {
            Optional<Environment> known =
                    store.find(Store.Kind.ENVIRONMENT, key).flatMap(Environments::read);
            if (known.isEmpty() && seals.isSealed(Store.Kind.ENVIRONMENT, key)) {
                // Its metadata may be what is damaged.
                seals.find(Store.Kind.ENVIRONMENT, key, listener);
            }
            known.filter(environment -> environment.spec().equals(spec)).ifPresent(newestFirst::add);
        }
        newestFirst.sort(Comparator.comparing(Environments::installed).reversed());
        for (Environment environment : newestFirst) {
            if (seals.find(Store.Kind.ENVIRONMENT, environment.key(), listener).isPresent()) {
                store.touch(Store.Kind.ENVIRONMENT, environment.key());
                return Optional.of(environment);
            }
        }
        return Optional.empty();
    }

    /**
     * Removes and returns every environment of a spec.
     *
     * @throws CrossbuildException when a running build is based on one of them; then none is removed, unless that build
     *     has just started
     */
    public List<Environment> remove(EnvironmentSpec spec) throws CrossbuildException, InterruptedException {
        List<Environment> found = list().stream()
                .filter(environment -> environment.spec().equals(spec))
                .toList();
        for (Environment environment : found) {
            if (store.isHeld(Store.Kind.ENVIRONMENT, environment.key())) {
                throw inUse(environment);
            }
        }
        for (Environment environment : found) {
            if (!store.removeUnlessHeld(Store.Kind.ENVIRONMENT, environment.key(), Instant.MAX)) {
                throw inUse(environment);
            }
        }
        return found;
    }

    private static CrossbuildException inUse(Environment environment) {
        return new CrossbuildException(
                "Cannot remove environment '" + environment.spec().text()
                        + "': a running build or shell is based on it (expected none)",
                AdviceKey.WAIT_FOR_BUILD.advice());
    }

    private static Optional<Environment> read(Path directory) {
        try {
            return Optional.of(EnvironmentMetadata.read(directory));
        } catch (IOException e) {
            // From a different version, or damaged: it is ignored, and made again when it is needed.
            LOG.debug("no environment in '{}'", directory, e);
            return Optional.empty();
        }
    }

    private static FileTime installed(Environment environment) {
        try {
            return Files.getLastModifiedTime(environment.disk());
        } catch (IOException e) {
            return FileTime.fromMillis(0);
        }
    }
}
