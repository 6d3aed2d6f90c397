// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import io.crossbuild.io.Sha256Digest;
import io.crossbuild.layer.StepState;
import io.crossbuild.script.CacheName;
import io.crossbuild.script.Directive;
import java.util.ArrayList;
import java.util.List;

/**
 * The name of a layer: a digest of everything that determines what its step does. Builds with the same environment, the
 * same lines so far, the same variables, the same inputs and the same caches share their layers.
 */
final class StepKey {
    private static final int LENGTH = 40;

    private StepKey() {}

    /**
     * @param parent the key of the previous step or of the environment; a refreshed index in between does not count, so
     *     existing layers remain in use when the archive has changed
     */
    static String of(String parent, PreparedStep step, StepState state) {
        List<String> parts =
                new ArrayList<>(List.of("step", parent, step.step().text(), state.directory(), state.exports()));
        for (PreparedStep.Input input : step.inputs()) {
            parts.add("input");
            parts.add(input.source().directory());
            parts.add(input.content().digest().hex());
        }
        // Something that a different project left in a cache may be in the layer.
        for (CacheName cache : step.caches()) {
            parts.add("cache");
            parts.add(cache.scope().kind().text());
            parts.add(cache.scope().name());
            parts.add(cache.directory());
        }
        // Never the value: with the key values could be tried.
        for (Directive.Secret secret : step.step().secrets()) {
            parts.add("secret");
            parts.add(secret.name());
            parts.add(secret.variable().orElse(""));
            parts.add(secret.file().orElse(""));
        }
        // A layer without the list of what the step read is not sufficient.
        if (step.step().isTraced()) {
            parts.add("trace");
        }
        // What a line makes with the network does not show that it can do without.
        if (step.step().isOffline()) {
            parts.add("network");
            parts.add("none");
        }
        return digest(parts);
    }

    /** The key of the implied step that updates the package lists to a release of the archive. */
    static String ofRefresh(String parent, String release) {
        return digest(List.of("refresh", parent, release));
    }

    private static String digest(List<String> parts) {
        Sha256Digest digest = new Sha256Digest();
        parts.forEach(digest::part);
        return digest.finish().hex().substring(0, LENGTH);
    }
}
