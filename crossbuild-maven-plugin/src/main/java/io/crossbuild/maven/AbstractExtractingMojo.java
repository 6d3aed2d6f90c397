// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.BuildRequest;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.nio.file.Path;
import javax.inject.Inject;
import org.apache.maven.lifecycle.LifecycleExecutor;
import org.codehaus.plexus.component.configurator.expression.ExpressionEvaluationException;

/** The goals that write to a target root. */
public abstract class AbstractExtractingMojo extends AbstractBuildMojo {
    @Inject
    private LifecycleExecutor lifecycle;

    @Override
    final void run(Parameters parameters, MavenWords log)
            throws CrossbuildException, IOException, InterruptedException {
        PlannedExecution execution = new PlannedExecution(session(), mojoExecution());
        try {
            if (execution.isParentWithoutBuildFile()) {
                getLog().info("Skipping crossbuild:" + mojoExecution().getGoal() + " (no " + DEFAULT_FILE
                        + " in this module of packaging pom)");
                return;
            }
            BuildRequest request = request(parameters, noCache(parameters));
            claim(request.targetRoot(), execution, parameters);
            run(request, parameters, log);
        } catch (ExpressionEvaluationException e) {
            throw new IOException("cannot evaluate the configuration: " + e.getMessage(), e);
        }
    }

    /** Makes a problem of two executions, of any module, that extract to one directory. */
    private void claim(Path targetRoot, PlannedExecution execution, Parameters parameters)
            throws ExpressionEvaluationException {
        PlannedExecutions planned =
                new PlannedExecutions(session(), lifecycle, mojoExecution().getPlugin(), getLog());
        TargetRootClaims.of(session().getRepositorySession().getData(), RealPaths.ofHost())
                .begin(execution.begun(targetRoot), planned::claims)
                .ifPresent(conflict -> parameters
                        .problems()
                        .add(
                                parameters.source("targetRoot"),
                                conflict.text(),
                                "Give each a <targetRoot> of its own: what one extracts, the other removes"));
    }

    /** Whether all lines are run again. */
    boolean noCache(Parameters parameters) {
        return false;
    }

    /** Lets the core do it. The parameters may have problems, until the core is opened. */
    abstract void run(BuildRequest request, Parameters parameters, MavenWords log)
            throws CrossbuildException, IOException, InterruptedException;
}
