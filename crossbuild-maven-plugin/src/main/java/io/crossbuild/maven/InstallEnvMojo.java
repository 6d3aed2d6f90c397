// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.Crossbuild;
import io.crossbuild.HostOptions;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.spec.MachineOptions;
import java.io.IOException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Installs an environment into the store unless it is already installed.
 *
 * @since 0.1.0
 */
@Mojo(name = "install-env", defaultPhase = LifecyclePhase.INITIALIZE, requiresProject = false, threadSafe = true)
public final class InstallEnvMojo extends AbstractMachineMojo {
    @Override
    void run(Parameters parameters, MavenWords log) throws CrossbuildException, IOException, InterruptedException {
        EnvironmentSpec spec = spec(parameters);
        MachineOptions machine = machine().options(parameters);
        HostOptions host = machine().host(host(parameters), nestedMirror(), isArchived(parameters), parameters);
        Crossbuild crossbuild = open(parameters, host, log);
        log.installing(spec);
        log.installed(crossbuild.installEnvironment(
                spec,
                machine,
                logDirectory(module().hasProject() ? module().output() : new OutputDirectory(home(parameters)))));
    }
}
