// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.spec.InputSpec;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** The goals that know the lines of a build file. */
public abstract class AbstractBuildFileMojo extends AbstractMachineMojo {
    /** The build file, beside the POM, if no other is named. */
    static final String DEFAULT_FILE = "build.txt";

    /**
     * The file with the commands to run, one a line. A module of packaging <code>pom</code> that has none is skipped if
     * the goal is bound to a phase: it hands it on to its children.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.buildFile", defaultValue = DEFAULT_FILE)
    private @Nullable File buildFile;

    /**
     * Files of the host that the guest is to have before the first line, as elements
     * <code>&lt;input&gt;&lt;source&gt;..&lt;/source&gt;&lt;target&gt;..&lt;/target&gt;&lt;/input&gt;</code>, with
     * <code>&lt;excludes&gt;</code> of patterns as in a .gitignore. In the build file itself
     * <code>#@ copy SOURCE TARGET</code> brings them later.
     *
     * @since 0.1.0
     */
    @Parameter
    private @Nullable List<Input> inputs;

    /** The file with the commands to run, whether there is one or not. */
    final Path buildFile(Parameters parameters) {
        return parameters.path("buildFile", buildFile).orElse(parameters.baseDirectory());
    }

    final List<InputSpec> inputs(Parameters parameters) {
        List<InputSpec> specs = new ArrayList<>();
        for (Input input : inputs == null ? List.<Input>of() : inputs) {
            specs.add(input.spec(parameters, specs.size() + 1));
        }
        return specs;
    }
}
