// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.HostOptions;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Shows the content of the store: environments, layers, saved machines, downloads, with sizes on disk and times of last
 * use.
 *
 * @since 0.1.0
 */
@Mojo(name = "info", requiresProject = false, threadSafe = true)
public final class InfoMojo extends AbstractCrossbuildMojo {
    @Override
    void run(Parameters parameters, MavenWords log) throws CrossbuildException, IOException, InterruptedException {
        HostOptions host = host(parameters);
        new StoreLog(getLog())
                .inventory(host.home(), open(parameters, host, log).inventory());
    }
}
