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

/** The goals that look into what a build leaves. They start no machine unless a goal says more. */
public abstract class AbstractContentMojo extends AbstractEnvironmentMojo {
    /**
     * The file with the commands to run, one a line. A module of packaging <code>pom</code> that has none is skipped if
     * the goal is bound to a phase: it hands it on to its children.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.buildFile", defaultValue = BuildFileParameters.DEFAULT_FILE)
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

    /**
     * The file that says what to extract, in the schema of OPS. It may be missing when <code>program</code>,
     * <code>files</code>, <code>dirs</code> or <code>mapDirs</code> say it.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.configFile", defaultValue = "config.json")
    private @Nullable File configFile;

    /**
     * The path in the guest of the program to extract, with every library it needs: <code>Program</code> of config.json.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.program")
    private @Nullable String program;

    /**
     * Files to extract, relative ones from the guest's /root: <code>Files</code> of config.json.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.files")
    private @Nullable List<String> files;

    /**
     * Directories to extract with all below them: <code>Dirs</code> of config.json.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.dirs")
    private @Nullable List<String> dirs;

    /**
     * Guest paths to extract whose last component is a pattern, as elements
     * <code>&lt;mapDir&gt;&lt;from&gt;..&lt;/from&gt;&lt;to&gt;..&lt;/to&gt;&lt;/mapDir&gt;</code>: <code>MapDirs</code>
     * of config.json. On the command line <code>-Dcrossbuild.mapDirs=FROM=TO,FROM=TO</code>.
     *
     * @since 0.1.0
     */
    @Parameter
    private @Nullable List<MapDir> mapDirs;

    /**
     * The environment variables that the program is run with: <code>Env</code> of config.json. On the command line
     * <code>-Dcrossbuild.env=NAME=VALUE,NAME=VALUE</code>.
     *
     * @since 0.1.0
     */
    @Parameter
    private @Nullable Map<String, String> env;

    /**
     * The processors to extract libraries for: <code>portable</code> for every one of the architecture, or exactly one
     * such as <code>x86-64-v3</code>.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.cpu", defaultValue = "portable")
    private @Nullable String cpu;

    /**
     * Whether libraries are looked for as if <code>ldconfig</code> had just been run: where no line of the build file does,
     * its cache is missing or old. The files are extracted with a cache that leads to them.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.ldconfig", defaultValue = "false")
    private boolean ldconfig;

    final BuildFileParameters script() {
        return new BuildFileParameters(buildFile, inputs);
    }

    /** What is asked of libraries. */
    ClosureOptions closureOptions(Parameters parameters, @Nullable Architecture arch) {
        boolean asIfRun = parameters.flag("ldconfig", ldconfig);
        if (asIfRun) {
            getLog().warn("Libraries are looked for as if ldconfig had just been run; no ld.so.cache is read");
        }
        return ClosureOptions.DEFAULTS
                .withCpu(ClosureParameters.cpu(parameters, cpu, arch))
                .withLdconfig(asIfRun);
    }

    /**
     * A build of this project, as far as it can be read; what is wrong is among the parameters' problems.
     *
     * @param targetRoot where it is extracted to
     */
    final BuildRequest request(Parameters parameters, Path targetRoot) throws IOException {
        Path lines = script().file(parameters);
        parameters.problems().check(() -> Crossbuild.checkBuildFile(lines));
        EnvironmentSpec spec = spec(parameters);
        return BuildRequest.of(spec, lines, config(parameters), targetRoot)
                .withProject(projectName())
                .withInputs(script().inputs(parameters))
                .withExtraction(ExtractionOptions.DEFAULTS.withClosure(closureOptions(parameters, spec.arch())))
                .withLogDirectory(logDirectory(module().output()));
    }

    /** What to extract; what is wrong is among the parameters' problems. */
    final BuildConfig config(Parameters parameters) throws IOException {
        Path file = parameters.path("configFile", configFile).orElse(parameters.baseDirectory());
        return new ConfigSources(parameters, ofPom(parameters)).read(file);
    }

    /** What the POM says of it. */
    ConfigLayer ofPom(Parameters parameters) {
        return ConfigLayer.of(parameters.pom())
                .withProgram(program)
                .withFiles(set(files))
                .withDirs(set(dirs))
                .withMapDirs(mapDirs == null ? null : MapDir.pairs(mapDirs))
                .withEnv(env);
    }

    /** Maven gives an empty list for a parameter that nobody set. */
    static @Nullable List<String> set(@Nullable List<String> list) {
        return list == null || list.isEmpty() ? null : list;
    }
}
