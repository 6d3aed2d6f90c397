// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import org.apache.maven.plugins.annotations.Mojo;

/**
 * Reads everything in the store and compares it with what was written. What is damaged is removed, and made again by
 * the next build that needs it.
 *
 * @since 0.1.0
 */
@Mojo(name = "verify-store", requiresProject = false, threadSafe = true)
public final class VerifyStoreMojo extends AbstractCrossbuildMojo {
    @Override
    void run(Parameters parameters, MavenWords log) throws CrossbuildException, IOException, InterruptedException {
        new StoreLog(getLog()).verified(open(parameters, host(parameters), log).verifyStore());
    }
}
