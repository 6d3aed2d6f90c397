// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import io.crossbuild.io.Sha256;
import java.nio.charset.StandardCharsets;

/**
 * The name of a layer: a digest of everything that decides what its step does. Two builds with the same environment, the
 * same lines so far and the same variables share their layers.
 */
final class StepKey {
    private static final int LENGTH = 40;

    private StepKey() {}

    /**
     * @param parent the key of the step before or of the environment; a refreshed index in between does not count, so
     *     that a newer archive leaves the layers in use that are there
     */
    static String of(String parent, Step step, StepState state) {
        return digest("step", parent, step.text(), state.directory(), state.exports());
    }

    /** The key of the implied step that brings the package lists up to a release of the archive. */
    static String ofRefresh(String parent, String release) {
        return digest("refresh", parent, release);
    }

    /** Each part with its length before it, so that no two lists of parts run together to the same bytes. */
    private static String digest(String... parts) {
        StringBuilder all = new StringBuilder();
        for (String part : parts) {
            all.append(part.length()).append(':').append(part);
        }
        return Sha256.of(all.toString().getBytes(StandardCharsets.UTF_8)).hex().substring(0, LENGTH);
    }
}
