// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.config.BuildConfig;
import io.crossbuild.config.ConfigFile;
import io.crossbuild.config.ConfigLayer;
import io.crossbuild.error.AdviceKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What to extract, from config.json, the POM and the command line; later sources override earlier ones. */
final class ConfigSources {
    private static final String DEFAULT_FILE = "config.json";

    private final Parameters parameters;
    private final ConfigLayer ofPom;
    private final ConfigLayer ofCommandLine;

    ConfigSources(Parameters parameters, ConfigLayer ofPom) {
        this.parameters = parameters;
        this.ofPom = ofPom;
        this.ofCommandLine = new ConfigLayer(
                "-Dcrossbuild",
                parameters.fromCommandLine("program"),
                parameters.listFromCommandLine("args"),
                parameters.listFromCommandLine("files"),
                parameters.listFromCommandLine("dirs"),
                parameters.mapFromCommandLine("mapDirs"),
                parameters.mapFromCommandLine("env"),
                Map.of());
    }

    /**
     * The configuration; errors are added to the parameters' problems.
     *
     * @param file config.json; it may be missing if it has its default name and other sources select something
     */
    BuildConfig read(Path file) throws IOException {
        BuildConfig withoutFile = BuildConfig.merge(List.of(ofPom, ofCommandLine));
        boolean isDefault = file.equals(parameters.baseDirectory().resolve(DEFAULT_FILE));
        if (isDefault && !Files.exists(file)) {
            if (selectsNothing(withoutFile)) {
                problem(file, "there is no such file, and the POM specifies nothing to extract either");
            }
            return withoutFile;
        }
        Optional<ConfigLayer> ofFile = parameters.problems().collect(() -> ConfigFile.read(file));
        if (ofFile.isEmpty()) {
            return withoutFile;
        }
        BuildConfig config = BuildConfig.merge(List.of(ofFile.get(), ofPom, ofCommandLine));
        if (selectsNothing(config)) {
            problem(file, "nothing to extract (expected Program, Files, Dirs or MapDirs)");
        }
        return config;
    }

    private void problem(Path file, String text) {
        parameters.problems().add(file.toString(), text, List.of(AdviceKey.NAME_CONTENT.advice()));
    }

    private static boolean selectsNothing(BuildConfig config) {
        return config.program() == null
                && config.files().isEmpty()
                && config.dirs().isEmpty()
                && config.mapDirs().isEmpty();
    }
}
