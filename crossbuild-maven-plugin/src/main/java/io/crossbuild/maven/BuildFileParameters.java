// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.spec.InputSpec;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters about the lines of a build file, as written in a POM. */
record BuildFileParameters(
        @Nullable File buildFile,
        @Nullable List<Input> inputs,
        @Nullable List<String> copyFrom) {
    /** The default build file, next to the POM. */
    static final String DEFAULT_FILE = "build.txt";

    /** The file with the commands to run, whether or not it exists. */
    Path file(Parameters parameters) {
        return parameters.path("buildFile", buildFile).orElse(parameters.baseDirectory());
    }

    /** What to copy into the guest before the first line; errors are added to the parameters' problems. */
    List<InputSpec> inputs(Parameters parameters) {
        List<InputSpec> specs = new ArrayList<>();
        for (Input input : inputs == null ? List.<Input>of() : inputs) {
            specs.add(input.spec(parameters, specs.size() + 1));
        }
        return specs;
    }

    /** From where else files may be copied; errors are added to the parameters' problems. */
    List<Path> copyFrom(Parameters parameters) {
        List<String> given = parameters.listFromCommandLine("copyFrom");
        List<String> names = given != null ? given : copyFrom == null ? List.of() : copyFrom;
        return names.stream()
                .flatMap(name -> parameters.pathOf("copyFrom", name).stream())
                .toList();
    }
}
