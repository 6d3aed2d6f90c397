// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.config.BuildConfig;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.spec.InputSpec;
import io.crossbuild.spec.MachineOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A build: run the lines of a build file in an environment, then extract. Begin with {@link #of}.
 *
 * @param environment where the lines run
 * @param machine the virtual machine that they run in
 * @param buildFile the file with the lines
 * @param project the owner of the caches, such as {@code groupId:artifactId}; null for the directory of the build file
 * @param inputs what is brought into the guest before the first line
 * @param noCache whether all lines are run again, and their layers replaced
 * @param config what to extract, already merged from its sources
 * @param extraction how to extract it
 * @param targetRoot the host directory that extracted files go to
 * @param logDirectory where build.log and serial.log are written; made if it is missing. The directory that it is in is
 *     taken for one of logs alone: inputs leave it out
 */
public record BuildRequest(
        EnvironmentSpec environment,
        MachineOptions machine,
        Path buildFile,
        @Nullable String project,
        List<InputSpec> inputs,
        boolean noCache,
        BuildConfig config,
        ExtractionOptions extraction,
        Path targetRoot,
        Path logDirectory) {

    public BuildRequest {
        inputs = List.copyOf(inputs);
    }

    /**
     * A build with the default machine, no inputs and the default extraction. Its logs are in
     * {@code crossbuild-logs/NAME} beside the target root, where {@code NAME} is that of the target root.
     */
    public static BuildRequest of(EnvironmentSpec environment, Path buildFile, BuildConfig config, Path targetRoot) {
        Path root = targetRoot.toAbsolutePath().normalize();
        Path parent = root.getParent();
        Path name = root.getFileName();
        return new BuildRequest(
                environment,
                MachineOptions.defaults(),
                buildFile,
                null,
                List.of(),
                false,
                config,
                ExtractionOptions.DEFAULTS,
                targetRoot,
                (parent == null ? root : parent)
                        .resolve("crossbuild-logs")
                        .resolve(name == null ? "root" : name.toString()));
    }

    /** The same in another machine. */
    public BuildRequest withMachine(MachineOptions value) {
        return new BuildRequest(
                environment, value, buildFile, project, inputs, noCache, config, extraction, targetRoot, logDirectory);
    }

    /** The same with caches of a project; null for those of the build file's directory. */
    public BuildRequest withProject(@Nullable String value) {
        return new BuildRequest(
                environment, machine, buildFile, value, inputs, noCache, config, extraction, targetRoot, logDirectory);
    }

    /** The same with these inputs instead. */
    public BuildRequest withInputs(List<InputSpec> value) {
        return new BuildRequest(
                environment, machine, buildFile, project, value, noCache, config, extraction, targetRoot, logDirectory);
    }

    /** The same with these inputs instead. */
    public BuildRequest withInputs(InputSpec... value) {
        return withInputs(List.of(value));
    }

    /** The same; true runs all lines again and replaces their layers. */
    public BuildRequest withNoCache(boolean value) {
        return new BuildRequest(
                environment, machine, buildFile, project, inputs, value, config, extraction, targetRoot, logDirectory);
    }

    /** The same with another way to extract. */
    public BuildRequest withExtraction(ExtractionOptions value) {
        return new BuildRequest(
                environment, machine, buildFile, project, inputs, noCache, config, value, targetRoot, logDirectory);
    }

    /** The same with logs in another directory, see {@link #logDirectory()}. */
    public BuildRequest withLogDirectory(Path value) {
        return new BuildRequest(
                environment, machine, buildFile, project, inputs, noCache, config, extraction, targetRoot, value);
    }
}
