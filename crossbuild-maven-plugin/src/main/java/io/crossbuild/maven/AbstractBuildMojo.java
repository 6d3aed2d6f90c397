// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.BuildRequest;
import io.crossbuild.arch.Architecture;
import io.crossbuild.config.BuildConfig;
import io.crossbuild.config.ConfigLayer;
import io.crossbuild.script.BuildFile;
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

/** The goals that concern a build file and what is extracted after it. */
public abstract class AbstractBuildMojo extends AbstractBuildFileMojo {
    /**
     * The file that says what to extract, in the schema of OPS. It may be missing when <code>program</code>,
     * <code>files</code>, <code>dirs</code> or <code>mapDirs</code> say it.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.configFile", defaultValue = "config.json")
    private @Nullable File configFile;

    /**
     * The directory that extracted files go to, below it as they lie in the guest; of one execution alone. A dot means the
     * project's own directory, as OPS has it. Default: <code>crossbuild/EXECUTION/root</code> in the build directory, for
     * goals on the command line and an execution without an id <code>crossbuild/root</code>.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.targetRoot")
    private @Nullable File targetRoot;

    /**
     * The path in the guest of the program to extract, with every library it needs: <code>Program</code> of config.json.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.program")
    private @Nullable String program;

    /**
     * The arguments that the program is run with: <code>Args</code> of config.json.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.args")
    private @Nullable List<String> args;

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
     * What becomes of a program that would not start for want of a library, or would not start from
     * <code>targetRoot</code> as in the guest: <code>error</code> or <code>warn</code>.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.startCheck", defaultValue = "error")
    private @Nullable String startCheck;

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

    /**
     * Groups of files to extract that programs open at run time beside their libraries: <code>dns</code>,
     * <code>tls</code>, <code>locale</code>, <code>tz</code>, <code>gconv</code>, <code>terminfo</code>,
     * <code>dlopen</code>.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.include")
    private @Nullable List<String> include;

    /** What is asked of libraries. */
    final ClosureOptions closureOptions(Parameters parameters, @Nullable Architecture arch) {
        boolean asIfRun = parameters.flag("ldconfig", ldconfig);
        if (asIfRun) {
            getLog().warn("Libraries are looked for as if ldconfig had just been run; no ld.so.cache is read");
        }
        return new ClosureOptions(
                ClosureParameters.startCheck(parameters, startCheck),
                ClosureParameters.cpu(parameters, cpu, arch),
                asIfRun,
                ClosureParameters.include(parameters, include));
    }

    /** The request, as far as it can be read; what is wrong is among the parameters' problems. */
    final BuildRequest request(Parameters parameters, boolean noCache) throws IOException {
        Path steps = buildFile(parameters);
        OutputDirectory output = module().output();
        Path root = parameters
                .path("targetRoot", targetRoot)
                .orElse(output.targetRoot(mojoExecution().getExecutionId()));
        parameters.problems().collect(() -> BuildFile.read(steps));
        EnvironmentSpec spec = spec(parameters);
        return new BuildRequest(
                spec,
                vm(parameters),
                steps,
                projectName(),
                inputs(parameters),
                noCache,
                config(parameters),
                ExtractionOptions.DEFAULTS.withClosure(closureOptions(parameters, spec.arch())),
                root,
                logDirectory(output));
    }

    /** What to extract; what is wrong is among the parameters' problems. */
    final BuildConfig config(Parameters parameters) throws IOException {
        Path file = parameters.path("configFile", configFile).orElse(parameters.baseDirectory());
        ConfigLayer ofPom = new ConfigLayer(
                parameters.pom(),
                program,
                set(args),
                set(files),
                set(dirs),
                mapDirs == null ? null : MapDir.pairs(mapDirs),
                env,
                Map.of());
        return new ConfigSources(parameters, ofPom).read(file);
    }

    /** Maven gives an empty list for a parameter that nobody set. */
    private static @Nullable List<String> set(@Nullable List<String> list) {
        return list == null || list.isEmpty() ? null : list;
    }
}
