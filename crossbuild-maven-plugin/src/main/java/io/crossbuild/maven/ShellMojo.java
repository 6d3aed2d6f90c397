// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.Crossbuild;
import io.crossbuild.HostOptions;
import io.crossbuild.ShellRequest;
import io.crossbuild.error.CrossbuildException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Opens a shell in the virtual machine, in the state after the last line of the build file that succeeded, or after the
 * given <code>step</code>. Changes are lost when the shell ends. If standard input is not a terminal, the shell runs
 * the commands that it reads from there. Without a build file it sees the bare environment.
 *
 * @since 0.1.0
 */
@Mojo(name = "shell", requiresProject = false, threadSafe = true)
public final class ShellMojo extends AbstractMachineMojo {
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
     * The step after which the shell opens, from 1; 0 is the bare environment. Default: the last one that succeeded.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.step")
    private @Nullable String step;

    @Override
    void run(Parameters parameters, MavenWords log)
            throws CrossbuildException, IOException, InterruptedException, MojoFailureException {
        BuildFileParameters script = new BuildFileParameters(buildFile, inputs, copyFrom);
        Path steps = script.file(parameters);
        OptionalInt afterStep = parameters.parsed("step", ShellMojo::number, "a step's number, or 0", step).stream()
                .mapToInt(Integer::intValue)
                .findFirst();
        ShellRequest request = new ShellRequest(
                spec(parameters),
                machine().options(parameters),
                Files.exists(steps) || parameters.fromCommandLine("buildFile") != null ? steps : null,
                projectName(),
                script.inputs(parameters),
                script.copyFrom(parameters),
                afterStep,
                logDirectory(module().output()));
        HostOptions host = machine().host(host(parameters), nestedMirror(), isArchived(parameters), parameters);
        Crossbuild crossbuild = open(parameters, host, log);
        try (HostTerminal terminal = HostTerminal.open()) {
            int status = crossbuild.shell(request, terminal);
            if (status != 0 && terminal.screen().isEmpty()) {
                throw new MojoFailureException("The shell ended with status " + status + " (expected 0)");
            }
        }
    }

    private static Optional<Integer> number(String text) {
        return text.matches("\\d{1,6}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
    }
}
