// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.BuildRequest;
import io.crossbuild.Crossbuild;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Extracts from the result of an earlier <code>crossbuild:build</code>. Starts no virtual machine unless
 * <code>verify</code> asks for it.
 *
 * @since 0.1.0
 */
@Mojo(name = "extract", defaultPhase = LifecyclePhase.PREPARE_PACKAGE, requiresProject = false, threadSafe = true)
public final class ExtractMojo extends AbstractExtractingMojo {
    @Override
    void run(BuildRequest request, Parameters parameters, MavenWords log)
            throws CrossbuildException, IOException, InterruptedException {
        Crossbuild crossbuild = open(parameters, machineHost(parameters), log);
        log.extracting(request.targetRoot());
        log.extracted(crossbuild.extract(request));
    }
}
