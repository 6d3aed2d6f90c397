// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.Crossbuild;
import io.crossbuild.HostOptions;
import io.crossbuild.RunRequest;
import io.crossbuild.config.BuildConfig;
import io.crossbuild.config.ConfigLayer;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.spec.ProgramStreams;
import java.io.File;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Runs <code>program</code> with <code>args</code> and <code>env</code> from the target root and nothing else: in a new
 * virtual machine whose only disk is a copy of the target root, which stays as it is. What the program prints goes to
 * standard output and standard error as it comes; if standard input is not a terminal, the program reads it. Extracts
 * nothing: run <code>crossbuild:build</code> or <code>crossbuild:extract</code> first.
 *
 * @since 0.1.0
 */
@Mojo(name = "run", requiresProject = false, threadSafe = true)
public final class RunMojo extends AbstractMachineMojo {
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
     * The environment variables of the program at run time: <code>Env</code> of config.json. On the command line
     * <code>-Dcrossbuild.env=NAME=VALUE,NAME=VALUE</code>.
     *
     * @since 0.1.0
     */
    @Parameter
    private @Nullable Map<String, String> env;

    /**
     * The program's arguments: <code>Args</code> of config.json.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.args")
    private @Nullable List<String> args;

    /**
     * The directory for the extracted files, which keep the directory structure that they have in the guest. Each
     * execution needs its own. A dot means the project's directory, as in OPS. Default:
     * <code>crossbuild/EXECUTION/root</code> in the build directory; for goals on the command line and an execution
     * without an id, <code>crossbuild/root</code>.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.targetRoot")
    private @Nullable File targetRoot;

    /**
     * Whether a program that is run in the target root has the network that <code>network</code> allows; otherwise it
     * has none.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.runNetwork", defaultValue = "false")
    private boolean runNetwork;

    /**
     * How long a program may run in the target root, such as 30s or 10m.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.runTimeout", defaultValue = "10m")
    private @Nullable String runTimeout;

    @Override
    void run(Parameters parameters, MavenWords log) throws CrossbuildException, IOException, InterruptedException {
        BuildFileParameters script = new BuildFileParameters(buildFile, inputs, copyFrom);
        RunParameters run = new RunParameters(runNetwork, runTimeout);
        Path lines = script.file(parameters);
        RunRequest request = new RunRequest(
                spec(parameters),
                machine().options(parameters),
                lines,
                projectName(),
                script.inputs(parameters),
                script.copyFrom(parameters),
                config(parameters),
                parameters
                        .path("targetRoot", targetRoot)
                        .orElse(module().output().targetRoot(mojoExecution().getExecutionId())),
                run.options(parameters),
                logDirectory(module().output()));
        HostOptions host = machine().host(host(parameters), nestedMirror(), isArchived(parameters), parameters);
        Crossbuild crossbuild = open(parameters, host, log);
        try (HostTerminal terminal = HostTerminal.open()) {
            InputStream input = terminal.screen().isPresent() ? null : terminal.input();
            // Not System.out, which Maven may have redirected to its log.
            ProgramStreams streams = ProgramStreams.to(
                            new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err))
                    .withInput(input);
            crossbuild.run(request, streams).check();
        }
    }

    private BuildConfig config(Parameters parameters) throws IOException {
        Path file = parameters.path("configFile", configFile).orElse(parameters.baseDirectory());
        ConfigLayer ofPom = ConfigLayer.of(parameters.pom())
                .withProgram(program)
                .withArgs(AbstractContentMojo.set(args))
                .withEnv(env);
        return new ConfigSources(parameters, ofPom).read(file);
    }
}
