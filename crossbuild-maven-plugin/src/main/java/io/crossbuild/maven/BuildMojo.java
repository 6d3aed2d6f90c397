// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.BuildRequest;
import io.crossbuild.BuildSummary;
import io.crossbuild.Crossbuild;
import io.crossbuild.HostOptions;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Runs the lines of the build file in a virtual machine and extracts the results. Installs the environment if it is
 * missing. Lines whose results are in the store do not run again.
 *
 * @since 0.1.0
 */
@Mojo(name = "build", defaultPhase = LifecyclePhase.COMPILE, requiresProject = false, threadSafe = true)
public final class BuildMojo extends AbstractExtractingMojo {
    /**
     * Runs all lines of the build file again, even if their results are in the store, and replaces these results.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.noCache", defaultValue = "false")
    private boolean noCache;

    /**
     * How much disk space all layers in the store may take. If they take more after a build that ran a line, the least
     * recently used ones are removed.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.maxLayersSize", defaultValue = "20g")
    private @Nullable String maxLayersSize;

    @Override
    void run(BuildRequest asked, Parameters parameters, MavenWords log)
            throws CrossbuildException, IOException, InterruptedException {
        BuildRequest request = asked.withNoCache(parameters.flag("noCache", noCache));
        long layers = parameters.bytes("maxLayersSize", 0, "0", maxLayersSize);
        HostOptions host = machineHost(parameters);
        Crossbuild crossbuild = open(parameters, host, log);
        log.building(request.buildFile(), request.environment());
        BuildSummary summary = crossbuild.build(request);
        log.built(summary);
        if (summary.stepsRun() > 0) {
            new StoreLog(getLog()).limited(crossbuild.limitLayers(layers), layers);
        }
    }
}
