// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.ConfigException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The mirrors that may serve an archive, in the order in which they are tried. Which of them is used makes no
 * difference to what is accepted: that is decided by signatures. Safe for use by several threads.
 */
public final class Mirrors {
    /** Of an organisation, a university and a company: hardly anything affects all of them. */
    private static final List<Mirror> BUILT_IN = List.of(
            Mirror.BUILT_IN,
            new Mirror(URI.create("https://ftp.halifax.rwth-aachen.de/debian/")),
            new Mirror(URI.create("https://mirror.init7.net/debian/")));

    private final List<Mirror> inOrder;
    private final UpdateSource updates;
    private final Duration indexAge;
    private final Set<String> told;

    /** The mirrors of each suite with updates. */
    @FunctionalInterface
    private interface UpdateSource {
        Map<String, Mirrors> of(String suite, Mirrors mirrors);
    }

    private Mirrors(List<Mirror> inOrder, UpdateSource updates, Duration indexAge, Set<String> told) {
        this.inOrder = new ArrayList<>(inOrder);
        this.updates = updates;
        this.indexAge = indexAge;
        this.told = told;
    }

    /** Only one. */
    public static Mirrors of(Mirror only) {
        return of(List.of(only));
    }

    static Mirrors of(List<Mirror> inOrder) {
        return new Mirrors(
                inOrder,
                (suite, mirrors) -> Map.of(),
                Duration.ofSeconds(Long.MAX_VALUE),
                ConcurrentHashMap.newKeySet());
    }

    /** The given mirror, otherwise the host's own, otherwise the built-in ones. */
    public static Mirrors choose(@Nullable URI given) throws ConfigException {
        return choose(given, Path.of("/"));
    }

    /** @param root the host's root directory */
    static Mirrors choose(@Nullable URI given, Path root) throws ConfigException {
        Mirror first = Mirror.choose(given, root);
        return given == null && first.equals(Mirror.BUILT_IN) ? of(BUILT_IN) : of(first);
    }

    /**
     * The same, with the suites of updates.
     *
     * @param security the mirror of the security archive; null for the one beside each mirror
     */
    public Mirrors withUpdates(@Nullable Mirror security) {
        return new Mirrors(inOrder(), (suite, mirrors) -> Updates.of(suite, mirrors, security), indexAge, told);
    }

    /** The same, with exactly these suites of updates, each with its mirror. */
    public Mirrors withUpdates(Map<String, Mirror> exactly) {
        Map<String, Mirrors> suites = new LinkedHashMap<>();
        exactly.forEach((suite, mirror) -> suites.put(suite, of(mirror)));
        return new Mirrors(inOrder(), (suite, mirrors) -> suites, indexAge, told);
    }

    /** The same; an index that is older than this deserves a warning. */
    public Mirrors withIndexAge(Duration value) {
        return new Mirrors(inOrder(), updates, value, told);
    }

    /** The suites with updates of a suite, and the mirrors of each. */
    Map<String, Mirrors> updatesOf(String suite) {
        return updates.of(suite, this);
    }

    Duration indexAge() {
        return indexAge;
    }

    /** Whether something is said for the first time in this build. */
    boolean isFirst(String text) {
        return told.add(text);
    }

    /** Once one has answered, it comes first. */
    synchronized List<Mirror> inOrder() {
        return List.copyOf(inOrder);
    }

    synchronized void answered(Mirror one) {
        inOrder.remove(one);
        inOrder.add(0, one);
    }
}
