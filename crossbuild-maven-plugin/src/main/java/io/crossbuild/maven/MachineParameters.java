// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.Crossbuild;
import io.crossbuild.HostOptions;
import io.crossbuild.error.ConfigException;
import io.crossbuild.spec.MachineOptions;
import java.io.File;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parameters about a virtual machine and what it is made from, as written in a POM. */
record MachineParameters(
        @Nullable String mirror,
        boolean securityUpdates,
        @Nullable String securityMirror,
        @Nullable String maxIndexAge,
        @Nullable String memory,
        @Nullable String cpus,
        @Nullable String diskSize,
        @Nullable String accelerator,
        @Nullable File qemu,
        @Nullable String bootTimeout,
        @Nullable String stepTimeout,
        NetworkParameters network,
        @Nullable String maxLogSize,
        @Nullable String maxCacheSize) {
    private static final long LEAST_MEMORY = 256L << 20;
    private static final long LEAST_DISK = 2L << 30;
    private static final long LEAST_LOG = 1L << 20;
    private static final long LEAST_CACHE = 64L << 20;

    /** The machine; errors are added to the parameters' problems. */
    MachineOptions options(Parameters parameters) {
        return new MachineOptions(
                parameters.bytes("memory", LEAST_MEMORY, "256m", memory),
                cpus(parameters),
                parameters.bytes("diskSize", LEAST_DISK, "2g", diskSize),
                accelerator(parameters),
                parameters.duration("bootTimeout", bootTimeout),
                parameters.duration("stepTimeout", stepTimeout),
                network.options(parameters),
                parameters.bytes("maxLogSize", LEAST_LOG, "1m", maxLogSize),
                parameters.bytes("maxCacheSize", LEAST_CACHE, "64m", maxCacheSize));
    }

    /**
     * A host with the given mirror and emulator; errors are added to the parameters' problems.
     *
     * @param nestedMirror the mirror in {@code <environment>}, which takes precedence over the mirror outside
     * @param archived whether the mirror is for an archived release only, and tools come from the usual one
     */
    HostOptions host(HostOptions host, @Nullable String nestedMirror, boolean archived, Parameters parameters) {
        Optional<URI> address = parameters.parsed(
                "mirror",
                MachineParameters::mirror,
                "the http or https address of a Debian mirror",
                nestedMirror,
                mirror);
        HostOptions mirrored =
                archived ? host.withArchiveMirror(address.orElse(null)) : host.withMirror(address.orElse(null));
        Optional<URI> security = parameters.parsed(
                "securityMirror",
                MachineParameters::mirror,
                "the http or https address of a mirror of Debian's security archive",
                securityMirror);
        return mirrored.withSecurityUpdates(parameters.flag("securityUpdates", securityUpdates))
                .withSecurityMirror(security.orElse(null))
                .withMaxIndexAge(parameters.duration("maxIndexAge", maxIndexAge))
                .withQemu(parameters.path("qemu", qemu).orElse(null));
    }

    private static Optional<URI> mirror(String text) {
        try {
            URI address = URI.create(text);
            Crossbuild.checkMirror(address);
            return Optional.of(address);
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
                .parsed("accelerator", MachineParameters::accelerator, "auto, kvm, hvf, whpx or tcg", accelerator)
                .orElse("auto");
    }

    private static Optional<String> accelerator(String text) {
        return MachineOptions.ACCELERATORS.stream()
                .filter(name -> name.equalsIgnoreCase(text))
                .findFirst();
    }
}
