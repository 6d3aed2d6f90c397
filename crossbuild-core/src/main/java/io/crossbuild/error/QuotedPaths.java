// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import java.util.List;
import java.util.stream.Collectors;

/** A list of paths in one line of a message. */
public final class QuotedPaths {
    private static final int SHOWN = 5;

    private QuotedPaths() {}

    /** The first few paths in quotes, and the number of further ones. */
    public static String of(List<String> paths) {
        String shown = paths.stream().limit(SHOWN).map(p -> "'" + p + "'").collect(Collectors.joining(", "));
        return paths.size() > SHOWN ? shown + " and " + (paths.size() - SHOWN) + " more" : shown;
    }
}
