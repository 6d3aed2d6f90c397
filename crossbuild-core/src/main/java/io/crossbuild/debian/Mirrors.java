// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.ConfigException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    private Mirrors(List<Mirror> inOrder) {
        this.inOrder = new ArrayList<>(inOrder);
    }

    /** Only one. */
    public static Mirrors of(Mirror only) {
        return new Mirrors(List.of(only));
    }

    static Mirrors of(List<Mirror> inOrder) {
        return new Mirrors(inOrder);
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

    /** Once one has answered, it comes first. */
    synchronized List<Mirror> inOrder() {
        return List.copyOf(inOrder);
    }

    synchronized void answered(Mirror one) {
        inOrder.remove(one);
        inOrder.add(0, one);
    }
}
