// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.config.BuildConfig;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.spec.InputSpec;
import io.crossbuild.spec.MachineOptions;
import io.crossbuild.spec.RunOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run of a program from a target root. Start with {@link #of(BuildRequest)} or {@link #of(EnvironmentSpec,
 * BuildConfig, Path)}.
 *
 * @param environment from which the target root was extracted: the program is for its architecture. If the program
 *     fails, files that it lacks are looked for there, if it is installed
 * @param machine the virtual machine in which it runs; its disk has room for this many bytes beside the target root
 * @param buildFile the file whose lines were built; null if files that the program lacks are looked for only in the
 *     bare environment
 * @param project the build's project; null for the directory of the build file
 * @param inputs the build's inputs
 * @param copyFrom see {@link BuildRequest#copyFrom()}
 * @param config Program, Args and Env; the working directory is "cwd" in ManifestPassthrough, or the root
 * @param targetRoot the directory with the extracted files, which is only read
 * @param options how it is run
 * @param logDirectory where run.log and serial.log are written; created if it is missing
 */
public record RunRequest(
        EnvironmentSpec environment,
        MachineOptions machine,
        @Nullable Path buildFile,
        @Nullable String project,
        List<InputSpec> inputs,
        List<Path> copyFrom,
        BuildConfig config,
        Path targetRoot,
        RunOptions options,
        Path logDirectory) {

    public RunRequest {
        inputs = List.copyOf(inputs);
        copyFrom = List.copyOf(copyFrom);
    }

    /** A run of what a build extracts, after it. */
    public static RunRequest of(BuildRequest build) {
        return new RunRequest(
                build.environment(),
                build.machine(),
                build.buildFile(),
                build.project(),
                build.inputs(),
                build.copyFrom(),
                build.config(),
                build.targetRoot(),
                build.run(),
                build.logDirectory());
    }

    /**
     * A run of what was extracted earlier, with the default machine and options. Its logs go to the directory that
     * {@link BuildRequest#of} names.
     */
    public static RunRequest of(EnvironmentSpec environment, BuildConfig config, Path targetRoot) {
        return new RunRequest(
                environment,
                MachineOptions.defaults(),
                null,
                null,
                List.of(),
                List.of(),
                config,
                targetRoot,
                RunOptions.DEFAULTS,
                BuildRequest.logsBeside(targetRoot));
    }

    /** The same in a different machine. */
    public RunRequest withMachine(MachineOptions value) {
        return new RunRequest(
                environment, value, buildFile, project, inputs, copyFrom, config, targetRoot, options, logDirectory);
    }

    /** The same for what the lines of a build file left; null for the bare environment. */
    public RunRequest withBuildFile(@Nullable Path value) {
        return new RunRequest(
                environment, machine, value, project, inputs, copyFrom, config, targetRoot, options, logDirectory);
    }

    /** The same with a different program, arguments or environment variables. */
    public RunRequest withConfig(BuildConfig value) {
        return new RunRequest(
                environment, machine, buildFile, project, inputs, copyFrom, value, targetRoot, options, logDirectory);
    }

    /** The same, run differently. */
    public RunRequest withOptions(RunOptions value) {
        return new RunRequest(
                environment, machine, buildFile, project, inputs, copyFrom, config, targetRoot, value, logDirectory);
    }

    /** The same with logs in a different directory. */
    public RunRequest withLogDirectory(Path value) {
        return new RunRequest(
                environment, machine, buildFile, project, inputs, copyFrom, config, targetRoot, options, value);
    }
}
