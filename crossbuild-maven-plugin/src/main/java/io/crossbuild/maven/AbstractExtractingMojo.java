// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.BuildRequest;
import io.crossbuild.HostOptions;
import io.crossbuild.arch.Architecture;
import io.crossbuild.config.ConfigLayer;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.spec.ClosureOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.lifecycle.LifecycleExecutor;
import org.apache.maven.plugins.annotations.Parameter;
import org.codehaus.plexus.component.configurator.expression.ExpressionEvaluationException;
import org.jspecify.annotations.Nullable;

/** The goals that write to a target root. */
public abstract class AbstractExtractingMojo extends AbstractContentMojo {
    /**
     * The directory for the extracted files, which keep the directory structure that they have in the guest. Each
     * execution needs its own. A dot means the project's directory, as in OPS. Default:
     * <code>crossbuild/EXECUTION/root</code> in the build directory; for goals on the command line and an execution
     * without an id, <code>crossbuild/root</code>.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.targetRoot")
    private @Nullable File targetRoot;

    /**
     * The program's arguments: <code>Args</code> of config.json.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.args")
    private @Nullable List<String> args;

    /**
     * What happens if a program would not start because a library is missing, or would not start from
     * <code>targetRoot</code> as it does in the guest: <code>error</code> or <code>warn</code>.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.startCheck", defaultValue = "error")
    private @Nullable String startCheck;

    /**
     * Groups of files to extract that programs open at run time in addition to their libraries: <code>dns</code>,
     * <code>tls</code>, <code>locale</code>, <code>tz</code>, <code>gconv</code>, <code>terminfo</code>,
     * <code>dlopen</code>.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.include")
    private @Nullable List<String> include;

    /**
     * Command lines to run in the target root, and nothing else, after each extraction that changed something: each is
     * the path of a program there, with arguments. Quotes and backslashes protect spaces. Each must end with status 0.
     * On the command line a single one: <code>-Dcrossbuild.verify="/usr/bin/node --version"</code>.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.verify")
    private @Nullable List<String> verify;

    /**
     * Whether a program that is run in the target root can reach what the host can reach.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.network", defaultValue = "false")
    private boolean network;

    /**
     * How long a program may run in the target root, such as 30s or 10m.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.runTimeout", defaultValue = "10m")
    private @Nullable String runTimeout;

    /**
     * The address of a Debian mirror. Default: the mirror in the APT sources of a Debian host, otherwise
     * <code>https://mirrors.kernel.org/debian</code>.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.mirror")
    private @Nullable String mirror;

    /**
     * The memory of the virtual machine, such as 512m or 2g.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.memory", defaultValue = "2g")
    private @Nullable String memory;

    /**
     * The number of processors of the virtual machine. Default: all of the host's.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.cpus")
    private @Nullable String cpus;

    /**
     * The size of the environment's disk as the guest sees it. On the host it takes only the space that is written.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.diskSize", defaultValue = "20g")
    private @Nullable String diskSize;

    /**
     * How QEMU runs the guest: auto, kvm, hvf, whpx or tcg. With auto, the host's virtualisation if it works, otherwise
     * tcg.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.accelerator", defaultValue = "auto")
    private @Nullable String accelerator;

    /**
     * QEMU's system emulator. Default: the one on the PATH; on Linux, it is downloaded if there is none.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.qemu")
    private @Nullable File qemu;

    /**
     * How long the virtual machine may take to start, such as 90s or 2m.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.bootTimeout", defaultValue = "1m")
    private @Nullable String bootTimeout;

    /**
     * How long one step of a build may take, such as 30m or 2h.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.stepTimeout", defaultValue = "2h")
    private @Nullable String stepTimeout;

    @Inject
    private LifecycleExecutor lifecycle;

    @Override
    final void run(Parameters parameters, MavenWords log)
            throws CrossbuildException, IOException, InterruptedException {
        PlannedExecution execution = new PlannedExecution(session(), mojoExecution());
        try {
            if (execution.isParentWithoutBuildFile()) {
                getLog().info("Skipping crossbuild:" + mojoExecution().getGoal() + " (no "
                        + BuildFileParameters.DEFAULT_FILE
                        + " in this module with packaging pom)");
                return;
            }
            RunParameters run = new RunParameters(network, runTimeout);
            BuildRequest request = request(parameters, targetRoot(parameters))
                    .withMachine(machine().options(parameters))
                    .withVerify(run.verify(parameters, verify))
                    .withRun(run.options(parameters));
            claim(request.targetRoot(), execution, parameters);
            run(request, parameters, log);
        } catch (ExpressionEvaluationException e) {
            throw new IOException("cannot evaluate the configuration: " + e.getMessage(), e);
        }
    }

    /** Adds a problem if two executions, of any module, extract to the same directory. */
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
                                List.of(AdviceKey.OWN_TARGET_ROOTS.advice())));
    }

    private MachineParameters machine() {
        return new MachineParameters(mirror, memory, cpus, diskSize, accelerator, qemu, bootTimeout, stepTimeout);
    }

    /** The host with what the parameters about machines say. */
    final HostOptions machineHost(Parameters parameters) {
        return machine().host(host(parameters), nestedMirror(), parameters);
    }

    private Path targetRoot(Parameters parameters) {
        return parameters
                .path("targetRoot", targetRoot)
                .orElse(module().output().targetRoot(mojoExecution().getExecutionId()));
    }

    @Override
    final ClosureOptions closureOptions(Parameters parameters, @Nullable Architecture arch) {
        return super.closureOptions(parameters, arch)
                .withStartCheck(ClosureParameters.startCheck(parameters, startCheck))
                .withInclude(ClosureParameters.include(parameters, include));
    }

    @Override
    final ConfigLayer ofPom(Parameters parameters) {
        return super.ofPom(parameters).withArgs(set(args));
    }

    /** Lets the core do the work. The parameters may have problems until the core is opened. */
    abstract void run(BuildRequest request, Parameters parameters, MavenWords log)
            throws CrossbuildException, IOException, InterruptedException;
}
