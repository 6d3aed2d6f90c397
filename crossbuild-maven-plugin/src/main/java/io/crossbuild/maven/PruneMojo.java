// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.config.TimeSpan;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.spec.PruneRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Removes from the store what no build can use any more, what has not been used for a long time, and layers above a
 * size limit. Nothing is removed that a running build is based on.
 *
 * @since 0.1.0
 */
@Mojo(name = "prune", requiresProject = false, threadSafe = true)
public final class PruneMojo extends AbstractCrossbuildMojo {
    /**
     * Removes everything that has not been used for this long, such as 7d or 12h.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.maxAge", defaultValue = "30d")
    private @Nullable String maxAge;

    /**
     * How much disk space all layers may take. If they take more, the least recently used ones are removed.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.maxLayersSize", defaultValue = "20g")
    private @Nullable String maxLayersSize;

    /**
     * Shows what would be removed, but removes nothing.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.dryRun", defaultValue = "false")
    private boolean dryRun;

    @Override
    void run(Parameters parameters, MavenWords log) throws CrossbuildException, IOException, InterruptedException {
        Optional<Duration> unusedFor =
                parameters.parsed("maxAge", TimeSpan::parse, "a time such as 12h or 30d", maxAge);
        long layers = parameters.bytes("maxLayersSize", 0, "0", maxLayersSize);
        boolean dry = parameters.flag("dryRun", dryRun);
        PruneRequest request = new PruneRequest(unusedFor, OptionalLong.of(layers), dry);
        new StoreLog(getLog()).pruned(open(parameters, host(parameters), log).prune(request), dry);
    }
}
