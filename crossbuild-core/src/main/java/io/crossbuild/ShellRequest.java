// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.spec.InputSpec;
import io.crossbuild.spec.MachineOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A shell in the state after a step. Start with {@link #of(EnvironmentSpec)} or {@link #of(BuildRequest)}.
 *
 * @param environment where the shell runs
 * @param machine the virtual machine in which it runs
 * @param buildFile the file with the steps; null for the bare environment
 * @param project the build's project; null for the directory of the build file
 * @param inputs the build's inputs
 * @param copyFrom see {@link BuildRequest#copyFrom()}
 * @param afterStep the step, from 1; 0 for the bare environment; empty for the last one that succeeded
 * @param logDirectory where shell.log and serial.log are written; null for a directory in the store
 */
public record ShellRequest(
        EnvironmentSpec environment,
        MachineOptions machine,
        @Nullable Path buildFile,
        @Nullable String project,
        List<InputSpec> inputs,
        List<Path> copyFrom,
        OptionalInt afterStep,
        @Nullable Path logDirectory) {

    public ShellRequest {
        inputs = List.copyOf(inputs);
        copyFrom = List.copyOf(copyFrom);
    }

    /** A shell in the bare environment, with the default machine. */
    public static ShellRequest of(EnvironmentSpec environment) {
        return new ShellRequest(
                environment, MachineOptions.defaults(), null, null, List.of(), List.of(), OptionalInt.empty(), null);
    }

    /** A shell in the state after the last line of a build that succeeded. */
    public static ShellRequest of(BuildRequest build) {
        return new ShellRequest(
                build.environment(),
                build.machine(),
                build.buildFile(),
                build.project(),
                build.inputs(),
                build.copyFrom(),
                OptionalInt.empty(),
                build.logDirectory());
    }

    /** The same in a different machine. */
    public ShellRequest withMachine(MachineOptions value) {
        return new ShellRequest(environment, value, buildFile, project, inputs, copyFrom, afterStep, logDirectory);
    }

    /** The same with the steps of a build file. */
    public ShellRequest withBuildFile(Path value) {
        return new ShellRequest(environment, machine, value, project, inputs, copyFrom, afterStep, logDirectory);
    }

    /** The same with a project's caches; null for those of the build file's directory. */
    public ShellRequest withProject(@Nullable String value) {
        return new ShellRequest(environment, machine, buildFile, value, inputs, copyFrom, afterStep, logDirectory);
    }

    /** The same with these inputs instead. */
    public ShellRequest withInputs(List<InputSpec> value) {
        return new ShellRequest(environment, machine, buildFile, project, value, copyFrom, afterStep, logDirectory);
    }

    /** The same; these places of the host may be copied from too. */
    public ShellRequest withCopyFrom(List<Path> value) {
        return new ShellRequest(environment, machine, buildFile, project, inputs, value, afterStep, logDirectory);
    }

    /** The same in the state after a step, from 1; 0 for the bare environment. */
    public ShellRequest withAfterStep(int step) {
        return new ShellRequest(
                environment, machine, buildFile, project, inputs, copyFrom, OptionalInt.of(step), logDirectory);
    }

    /** The same with logs in a different directory. */
    public ShellRequest withLogDirectory(Path value) {
        return new ShellRequest(environment, machine, buildFile, project, inputs, copyFrom, afterStep, value);
    }
}
