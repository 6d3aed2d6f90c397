// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.Crossbuild;
import io.crossbuild.ShellRequest;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Opens a shell in the virtual machine, in the state after the last line of the build file that was run well, or after
 * the step that <code>crossbuild.step</code> names. What is changed in it is lost when it ends. With standard input that
 * is no terminal, runs the commands that it reads from there. Without a build file it sees the bare environment.
 *
 * @since 0.1.0
 */
@Mojo(name = "shell", requiresProject = false, threadSafe = true)
public final class ShellMojo extends AbstractBuildFileMojo {
    /**
     * The step whose state the shell sees, from 1; 0 is the bare environment. Default: the last one that was run well.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.step")
    private @Nullable String step;

    @Override
    void run(Parameters parameters, MavenWords log)
            throws CrossbuildException, IOException, InterruptedException, MojoFailureException {
        Path steps = buildFile(parameters);
        OptionalInt afterStep = parameters.parsed("step", ShellMojo::number, "a step's number, or 0", step).stream()
                .mapToInt(Integer::intValue)
                .findFirst();
        ShellRequest request = new ShellRequest(
                spec(parameters),
                vm(parameters),
                Files.exists(steps) || parameters.fromCommandLine("buildFile") != null ? steps : null,
                projectName(),
                inputs(parameters),
                afterStep,
                logDirectory(module().output()));
        Crossbuild crossbuild = open(parameters, log);
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
