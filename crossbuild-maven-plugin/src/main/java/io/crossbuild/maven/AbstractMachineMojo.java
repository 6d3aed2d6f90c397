// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.Crossbuild;
import io.crossbuild.debian.Mirror;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.qemu.Accelerator;
import io.crossbuild.spec.MachineOptions;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** The goals that may download packages and start a virtual machine. */
public abstract class AbstractMachineMojo extends AbstractEnvironmentMojo {
    private static final long LEAST_MEMORY = 256L << 20;
    private static final long LEAST_DISK = 2L << 30;

    /**
     * The address of a Debian mirror. Default: the one in the APT sources of a Debian host, else
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
     * The size of the environment's disk as the guest sees it. On the host it takes only what is written.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.diskSize", defaultValue = "20g")
    private @Nullable String diskSize;

    /**
     * How QEMU runs the guest: auto, kvm, hvf, whpx or tcg. With auto, the host's virtualisation if it is found to work,
     * else tcg.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.accelerator", defaultValue = "auto")
    private @Nullable String accelerator;

    /**
     * QEMU's system emulator. Default: the one on the PATH; on Linux one is downloaded if there is none.
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

    final MachineOptions vm(Parameters parameters) {
        return new MachineOptions(
                parameters.bytes("memory", LEAST_MEMORY, "256m", memory),
                cpus(parameters),
                parameters.bytes("diskSize", LEAST_DISK, "2g", diskSize),
                accelerator(parameters),
                parameters.duration("bootTimeout", bootTimeout),
                parameters.duration("stepTimeout", stepTimeout));
    }

    /**
     * The core on this host, once every parameter has been read.
     *
     * @throws ConfigException with every problem of all parameters
     */
    final Crossbuild open(Parameters parameters, MavenWords log)
            throws CrossbuildException, IOException, InterruptedException {
        Optional<URI> address = parameters.parsed(
                "mirror",
                AbstractMachineMojo::mirror,
                "the http or https address of a Debian mirror",
                nestedMirror(),
                mirror);
        var program = parameters.path("qemu", qemu);
        home(parameters);
        parameters.problems().throwIfAny();
        return open(parameters, address.orElse(null), program.orElse(null), log);
    }

    private static Optional<URI> mirror(String text) {
        try {
            return Optional.of(Mirror.of(URI.create(text)).root());
        } catch (ConfigException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private int cpus(Parameters parameters) {
        int all = Runtime.getRuntime().availableProcessors();
        return parameters
                .parsed("cpus", text -> cpus(text, all), "a number from 1 to 255, or all", cpus)
                .orElse(all);
    }

    private static Optional<Integer> cpus(String text, int all) {
        if (text.equalsIgnoreCase("all")) {
            return Optional.of(all);
        }
        try {
            int n = Integer.parseInt(text);
            return n >= 1 && n <= 255 ? Optional.of(n) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private String accelerator(Parameters parameters) {
        return parameters
                .parsed("accelerator", AbstractMachineMojo::accelerator, "auto, kvm, hvf, whpx or tcg", accelerator)
                .orElse("auto");
    }

    private static Optional<String> accelerator(String text) {
        return text.equalsIgnoreCase("auto")
                ? Optional.of("auto")
                : Accelerator.of(text).map(a -> a.qemuName().toLowerCase(Locale.ROOT));
    }
}
