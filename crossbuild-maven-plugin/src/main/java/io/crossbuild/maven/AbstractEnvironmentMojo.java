// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.ConfigException;
import io.crossbuild.spec.EnvironmentSpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** The goals that name an environment. */
public abstract class AbstractEnvironmentMojo extends AbstractCrossbuildMojo {
    /**
     * The environment: <code>&lt;suite&gt;</code>, <code>&lt;arch&gt;</code>, <code>&lt;packages&gt;</code> and
     * <code>&lt;mirror&gt;</code> in a single element. Values in it take precedence over the elements of the same names
     * outside.
     *
     * @since 0.1.0
     */
    @Parameter
    private @Nullable EnvironmentParameters environment;

    /**
     * The code name of the environment's Debian release: trixie, bookworm or bullseye; buster and stretch,
     * which are archived, need a <code>mirror</code> that has them.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.suite", defaultValue = "trixie")
    private @Nullable String suite;

    /**
     * The processor architecture of the environment: amd64 or arm64. Default: the host's.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.arch")
    private @Nullable String arch;

    /**
     * Debian packages of the environment in addition to the base system, separated by commas or spaces.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.packages")
    private @Nullable List<String> packages;

    /** The mirror in {@code <environment>}. */
    final @Nullable String nestedMirror() {
        return environment().mirror();
    }

    /** Whether the environment is of a release that ordinary mirrors no longer have. */
    final boolean isArchived(Parameters parameters) {
        return EnvironmentSpec.ARCHIVED_SUITES.contains(suite(parameters));
    }

    private String suite(Parameters parameters) {
        return parameters.text("suite", environment().suite(), suite).orElse("trixie");
    }

    final EnvironmentSpec spec(Parameters parameters) {
        String name = suite(parameters);
        if (!EnvironmentSpec.SUITES.contains(name)) {
            parameters.wrong(
                    "suite",
                    "'" + name + "' (expected one of " + String.join(", ", EnvironmentSpec.SUITES) + ")",
                    null);
        }
        return new EnvironmentSpec(name, architecture(parameters), packages(parameters));
    }

    private Architecture architecture(Parameters parameters) {
        Optional<String> name = parameters.text("arch", environment().arch(), arch);
        try {
            return name.isPresent() ? Architecture.of(name.get()) : Architecture.host();
        } catch (ConfigException e) {
            parameters.wrong("arch", e);
            return Architecture.AMD64;
        }
    }

    private List<String> packages(Parameters parameters) {
        return Stream.of(
                        parameters.listFromCommandLine("packages"),
                        environment().packages(),
                        packages)
                .filter(list -> list != null)
                .findFirst()
                .orElse(List.of())
                .stream()
                .flatMap(names -> Stream.of(names.split("[,\\s]+")))
                .filter(name -> !name.isEmpty())
                .toList();
    }

    private EnvironmentParameters environment() {
        return environment == null ? new EnvironmentParameters() : environment;
    }
}
