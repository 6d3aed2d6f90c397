// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.BuildRequest;
import io.crossbuild.BuildSummary;
import io.crossbuild.Crossbuild;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Runs the lines of the build file in a virtual machine and extracts the results. Installs the environment if it is
 * missing; lines whose results are in the store are not run again.
 *
 * @since 0.1.0
 */
@Mojo(name = "build", defaultPhase = LifecyclePhase.COMPILE, requiresProject = false, threadSafe = true)
public final class BuildMojo extends AbstractExtractingMojo {
    /**
     * Runs all lines of the build file again, whatever the store holds of them, and replaces what it holds.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.noCache", defaultValue = "false")
    private boolean noCache;

    /**
     * What all layers of the store may take on disk; after a build that ran a line, those that were used least recently are
     * removed until they do.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.maxLayersSize", defaultValue = "20g")
    private @Nullable String maxLayersSize;

    @Override
    boolean noCache(Parameters parameters) {
        return parameters.flag("noCache", noCache);
    }

    @Override
    void run(BuildRequest request, Parameters parameters, MavenWords log)
            throws CrossbuildException, IOException, InterruptedException {
        long layers = parameters.bytes("maxLayersSize", 0, "0", maxLayersSize);
        Crossbuild crossbuild = open(parameters, log);
        log.building(request.buildFile(), request.environment());
        BuildSummary summary = crossbuild.build(request);
        log.built(summary);
        if (summary.stepsRun() > 0) {
            new StoreLog(getLog()).limited(crossbuild.limitLayers(layers), layers);
        }
    }
}
