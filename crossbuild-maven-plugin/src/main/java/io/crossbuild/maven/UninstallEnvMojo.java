// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.Crossbuild;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.spec.EnvironmentSpec;
import java.io.IOException;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Removes an environment from the store, with every layer that is based on it. Fails while a build or a shell uses it.
 *
 * @since 0.1.0
 */
@Mojo(name = "uninstall-env", requiresProject = false, threadSafe = true)
public final class UninstallEnvMojo extends AbstractEnvironmentMojo {
    @Override
    void run(Parameters parameters, MavenWords log) throws CrossbuildException, IOException, InterruptedException {
        EnvironmentSpec spec = spec(parameters);
        Crossbuild crossbuild = open(parameters, host(parameters), log);
        log.uninstalled(spec, crossbuild.uninstallEnvironment(spec));
    }
}
