// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.spec.InputSpec;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parameters that concern the lines of a build file, as a POM has them. */
record BuildFileParameters(
        @Nullable File buildFile, @Nullable List<Input> inputs) {
    /** The build file, beside the POM, if no other is named. */
    static final String DEFAULT_FILE = "build.txt";

    /** The file with the commands to run, whether there is one or not. */
    Path file(Parameters parameters) {
        return parameters.path("buildFile", buildFile).orElse(parameters.baseDirectory());
    }

    /** What the guest has before the first line; what is wrong is among the parameters' problems. */
    List<InputSpec> inputs(Parameters parameters) {
        List<InputSpec> specs = new ArrayList<>();
        for (Input input : inputs == null ? List.<Input>of() : inputs) {
            specs.add(input.spec(parameters, specs.size() + 1));
        }
        return specs;
    }
}
