// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.appliance;

import io.crossbuild.arch.Architecture;
import io.crossbuild.debian.DebianArchive;
import io.crossbuild.debian.Mirrors;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Phase;
import io.crossbuild.net.Downloader;
import io.crossbuild.store.SealCheck;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** The appliances in a store: one per architecture, made when it is first needed. */
public final class Appliances {
    /** The suite from which appliances are made, independent of the environment's suite. */
    public static final String SUITE = ApplianceRecipe.SUITE;

    private static final int DIGEST_LENGTH = 12;

    private final Store store;
    private final Downloader downloader;
    private final Mirrors mirrors;
    private final BuildListener listener;

    public Appliances(Store store, Downloader downloader, Mirrors mirrors, BuildListener listener) {
        this.store = store;
        this.downloader = downloader;
        this.mirrors = mirrors;
        this.listener = listener;
    }

    /** The appliance of an architecture; made from the archive if the store has none with this recipe. */
    public Appliance provide(Architecture architecture) throws CrossbuildException, IOException, InterruptedException {
        String prefix = prefix(architecture);
        Optional<Path> held = held(prefix);
        if (held.isPresent()) {
            return Appliance.in(held.get(), architecture);
        }
        long start = System.nanoTime();
        Phase phase = new Phase.MakeAppliance(architecture);
        listener.onEvent(new BuildEvent.PhaseStarted(phase));
        DebianArchive archive =
                DebianArchive.open(store, downloader, mirrors, ApplianceRecipe.SUITE, architecture, Clock.systemUTC());
        ApplianceBuilder builder = ApplianceBuilder.of(archive);
        String key = prefix + builder.digest().hex().substring(0, DIGEST_LENGTH);
        Path directory = store.publish(Store.Kind.APPLIANCE, key, builder::write);
        listener.onEvent(new BuildEvent.PhaseFinished(phase, Duration.ofNanos(System.nanoTime() - start)));
        return Appliance.in(directory, architecture);
    }

    private static String prefix(Architecture architecture) throws IOException {
        return architecture.debianName() + "-" + ApplianceRecipe.digest().hex().substring(0, DIGEST_LENGTH) + "-";
    }

    /** Whether an appliance in the store was made with this version's recipe; only such appliances are started. */
    public static boolean isCurrent(String key) throws IOException {
        for (Architecture architecture : Architecture.values()) {
            if (key.startsWith(prefix(architecture))) {
                return true;
            }
        }
        return false;
    }

    private Optional<Path> held(String prefix) throws CrossbuildException, InterruptedException {
        for (String key : store.keys(Store.Kind.APPLIANCE)) {
            Optional<Path> found = key.startsWith(prefix)
                    ? new SealCheck(store).find(Store.Kind.APPLIANCE, key, listener)
                    : Optional.empty();
            if (found.isPresent()) {
                store.touch(Store.Kind.APPLIANCE, key);
                return found;
            }
        }
        return Optional.empty();
    }
}
