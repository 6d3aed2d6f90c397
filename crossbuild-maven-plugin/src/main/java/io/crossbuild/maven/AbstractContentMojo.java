// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.BuildRequest;
import io.crossbuild.Crossbuild;
import io.crossbuild.arch.Architecture;
import io.crossbuild.config.BuildConfig;
import io.crossbuild.config.ConfigLayer;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.spec.ExtractionOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/** The goals that use the result of a build. They start no machine unless a goal says otherwise. */
public abstract class AbstractContentMojo extends AbstractEnvironmentMojo {
    /**
     * The file with the commands to run, one per line. If the goal is bound to a phase, a module with packaging
     * <code>pom</code> that has no such file is skipped, so that a parent can configure the goal for its children.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.buildFile", defaultValue = BuildFileParameters.DEFAULT_FILE)
    private @Nullable File buildFile;

    /**
     * Files of the host to copy into the guest before the first line, as elements
     * <code>&lt;input&gt;&lt;source&gt;..&lt;/source&gt;&lt;target&gt;..&lt;/target&gt;&lt;/input&gt;</code>, with
     * <code>&lt;excludes&gt;</code> for patterns as in a .gitignore. To copy files later, use
     * <code>#@ copy SOURCE TARGET</code> in the build file.
     *
     * @since 0.1.0
     */
    @Parameter
    private @Nullable List<Input> inputs;

    /**
     * Directories of the host from which <code>#@ copy</code> and <code>inputs</code> may copy, in addition to the
     * directory of the build file and what is in it, as elements
     * <code>&lt;copyFrom&gt;&lt;directory&gt;..&lt;/directory&gt;&lt;/copyFrom&gt;</code>. On the command line
     * separated by commas. Without them a source elsewhere, or a link that leads elsewhere, is an error.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.copyFrom")
    private @Nullable List<String> copyFrom;

    /**
     * The file that specifies what to extract, in the schema of OPS. It may be missing if <code>program</code>,
     * <code>files</code>, <code>dirs</code> or <code>mapDirs</code> is set.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.configFile", defaultValue = "config.json")
    private @Nullable File configFile;

    /**
     * The program to extract with every library that it needs, as a path in the guest: <code>Program</code> of
     * config.json.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.program")
    private @Nullable String program;

    /**
     * Files to extract; relative paths are relative to the guest's /root: <code>Files</code> of config.json.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.files")
    private @Nullable List<String> files;

    /**
     * Directories to extract with everything below them: <code>Dirs</code> of config.json.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.dirs")
    private @Nullable List<String> dirs;

    /**
     * Guest paths to extract whose last component is a pattern, as elements
     * <code>&lt;mapDir&gt;&lt;from&gt;..&lt;/from&gt;&lt;to&gt;..&lt;/to&gt;&lt;/mapDir&gt;</code>:
     * <code>MapDirs</code> of config.json. On the command line <code>-Dcrossbuild.mapDirs=FROM=TO,FROM=TO</code>.
     *
     * @since 0.1.0
     */
    @Parameter
    private @Nullable List<MapDir> mapDirs;

    /**
     * The environment variables of the program at run time: <code>Env</code> of config.json. On the command line
     * <code>-Dcrossbuild.env=NAME=VALUE,NAME=VALUE</code>.
     *
     * @since 0.1.0
     */
    @Parameter
    private @Nullable Map<String, String> env;

    /**
     * The processors to extract libraries for: <code>portable</code> for every processor of the architecture, or one
     * processor such as <code>x86-64-v3</code>.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.cpu", defaultValue = "portable")
    private @Nullable String cpu;

    /**
     * Whether to search libraries as if <code>ldconfig</code> had just been run: if no line of the build file runs it,
     * its cache is missing or outdated. A cache that leads to the libraries is extracted with them.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.ldconfig", defaultValue = "false")
    private boolean ldconfig;

    final BuildFileParameters script() {
        return new BuildFileParameters(buildFile, inputs, copyFrom);
    }

    /** The options for libraries. */
    ClosureOptions closureOptions(Parameters parameters, @Nullable Architecture arch) {
        boolean asIfRun = parameters.flag("ldconfig", ldconfig);
        if (asIfRun) {
            getLog().warn("Searching libraries as if ldconfig had just been run; no ld.so.cache is read");
        }
        return ClosureOptions.DEFAULTS
                .withCpu(ClosureParameters.cpu(parameters, cpu, arch))
                .withLdconfig(asIfRun);
    }

    /** The options for extraction, but those for libraries. */
    ExtractionOptions extraction(Parameters parameters) {
        return ExtractionOptions.DEFAULTS;
    }

    /**
     * A build of this project, as far as it can be read; errors are added to the parameters' problems.
     *
     * @param targetRoot the directory for the extracted files
     */
    final BuildRequest request(Parameters parameters, Path targetRoot) throws IOException {
        Path lines = script().file(parameters);
        parameters.problems().check(() -> Crossbuild.checkBuildFile(lines));
        EnvironmentSpec spec = spec(parameters);
        return BuildRequest.of(spec, lines, config(parameters), targetRoot)
                .withProject(projectName())
                .withInputs(script().inputs(parameters))
                .withCopyFrom(script().copyFrom(parameters))
                .withExtraction(extraction(parameters).withClosure(closureOptions(parameters, spec.arch())))
                .withLogDirectory(logDirectory(module().output()));
    }

    /** What to extract; errors are added to the parameters' problems. */
    final BuildConfig config(Parameters parameters) throws IOException {
        Path file = parameters.path("configFile", configFile).orElse(parameters.baseDirectory());
        return new ConfigSources(parameters, ofPom(parameters)).read(file);
    }

    /** What the POM says about it. */
    ConfigLayer ofPom(Parameters parameters) {
        return ConfigLayer.of(parameters.pom())
                .withProgram(program)
                .withFiles(set(files))
                .withDirs(set(dirs))
                .withMapDirs(mapDirs == null ? null : MapDir.pairs(mapDirs))
                .withEnv(env);
    }

    /** Maven passes an empty list for a parameter that is not set. */
    static @Nullable List<String> set(@Nullable List<String> list) {
        return list == null || list.isEmpty() ? null : list;
    }
}
