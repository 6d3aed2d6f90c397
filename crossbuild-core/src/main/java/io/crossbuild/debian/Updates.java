// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.spec.EnvironmentSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The suites with the updates of a release: {@code SUITE-updates} and, in an archive of its own, {@code SUITE-security}.
 */
final class Updates {
    private static final String UPDATES = "-updates";
    private static final String SECURITY = "-security";

    private Updates() {}

    /**
     * The mirrors of each suite. Archived releases get no updates any more.
     *
     * @param mirrors of the release
     * @param security of the security archive; null for the one beside each mirror
     */
    static Map<String, Mirrors> of(String suite, Mirrors mirrors, @Nullable Mirror security) {
        Map<String, Mirrors> suites = new LinkedHashMap<>();
        if (!EnvironmentSpec.ARCHIVED_SUITES.contains(suite)) {
            suites.put(suite + UPDATES, mirrors);
            suites.put(
                    suite + SECURITY,
                    security == null
                            ? Mirrors.of(mirrors.inOrder().stream()
                                    .map(Mirror::security)
                                    .toList())
                            : Mirrors.of(security));
        }
        return suites;
    }

    static boolean isSecurity(String suite) {
        return suite.endsWith(SECURITY);
    }

    /** The release that a suite belongs to: itself, or the one that it has updates for. */
    static String releaseOf(String suite) {
        for (String end : new String[] {UPDATES, SECURITY}) {
            if (suite.endsWith(end)) {
                return suite.substring(0, suite.length() - end.length());
            }
        }
        return suite;
    }
}
