// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.BuildRequest;
import io.crossbuild.BuildSummary;
import io.crossbuild.Crossbuild;
import io.crossbuild.HostOptions;
import io.crossbuild.error.CrossbuildException;
import java.io.File;
import java.io.IOException;
import java.util.List;
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
     * Whether a program that is run in the target root has the network that <code>network</code> allows; otherwise it
     * has none.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.runNetwork", defaultValue = "false")
    private boolean runNetwork;

    /**
     * How long a program may run in the target root, such as 30s or 10m.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.runTimeout", defaultValue = "10m")
    private @Nullable String runTimeout;

    /**
     * The address of a Debian mirror. Default: the mirror in the APT sources of a Debian host, otherwise
     * <code>https://mirrors.kernel.org/debian</code> or another public mirror that answers. The archived releases
     * buster and stretch have no default; their mirror is used for the environment only.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.mirror")
    private @Nullable String mirror;

    /**
     * Whether packages also come from the suites with updates, SUITE-updates and SUITE-security. Not for archived
     * releases, which get none.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.securityUpdates", defaultValue = "true")
    private boolean securityUpdates;

    /**
     * The address of a mirror of Debian's security archive. Default: with a <code>mirror</code>, the directory beside it
     * whose name has <code>-security</code> at the end; otherwise the one in the APT sources of a Debian host, or beside
     * the default mirror.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.securityMirror")
    private @Nullable String securityMirror;

    /**
     * How old the index of a suite may be without a warning, such as 90d.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.maxIndexAge", defaultValue = "180d")
    private @Nullable String maxIndexAge;

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

    /**
     * What the guest can reach: <code>lan</code>, which is what the host can reach except the host itself, link-local
     * and metadata addresses; <code>internet</code>, without private addresses too; <code>none</code>; or
     * <code>full</code>, with the host itself and its loopback interface. The Debian mirror and the proxy can be
     * reached unless it is <code>none</code>.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.network", defaultValue = "lan")
    private @Nullable String network;

    /**
     * What the guest can reach in addition: names such as registry.example.com or *.example.com, IPv4 addresses, or
     * ranges such as 10.1.0.0/16, each with :PORT or :PORT-PORT if not all ports are meant. localhost is this host;
     * addresses of this host and link-local addresses are in no range.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.allowHosts")
    private @Nullable List<String> allowHosts;

    /**
     * The only hosts that the guest can reach besides <code>allowHosts</code>, the Debian mirror and the proxy, written
     * as in <code>allowHosts</code>. Default: what <code>network</code> allows.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.onlyHosts")
    private @Nullable List<String> onlyHosts;

    /**
     * How large <code>build.log</code> and <code>serial.log</code> may become, each. A line that prints more fails.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.maxLogSize", defaultValue = "256m")
    private @Nullable String maxLogSize;

    /**
     * How much all caches of one build may take on the host's disk. A line that writes more into them fails.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.maxCacheSize", defaultValue = "20g")
    private @Nullable String maxCacheSize;

    @Override
    void run(BuildRequest asked, Parameters parameters, MavenWords log)
            throws CrossbuildException, IOException, InterruptedException {
        MachineParameters machine = new MachineParameters(
                mirror,
                securityUpdates,
                securityMirror,
                maxIndexAge,
                memory,
                cpus,
                diskSize,
                accelerator,
                qemu,
                bootTimeout,
                stepTimeout,
                new NetworkParameters(network, allowHosts, onlyHosts),
                maxLogSize,
                maxCacheSize);
        RunParameters run = new RunParameters(runNetwork, runTimeout);
        BuildRequest request = asked.withMachine(machine.options(parameters))
                .withSecrets(secrets())
                .withNoCache(parameters.flag("noCache", noCache))
                .withVerify(run.verify(parameters, verify))
                .withRun(run.options(parameters));
        long layers = parameters.bytes("maxLayersSize", 0, "0", maxLayersSize);
        HostOptions host = machine.host(host(parameters), nestedMirror(), isArchived(parameters), parameters);
        Crossbuild crossbuild = open(parameters, host, log);
        log.building(request.buildFile(), request.environment());
        BuildSummary summary = crossbuild.build(request);
        log.built(summary);
        if (summary.stepsRun() > 0) {
            new StoreLog(getLog()).limited(crossbuild.limitLayers(layers), layers);
        }
    }
}
