// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.config.BuildConfig;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.spec.InputSpec;
import io.crossbuild.spec.MachineOptions;
import io.crossbuild.spec.ProgramCall;
import io.crossbuild.spec.RunOptions;
import io.crossbuild.spec.Secrets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A build: run the lines of a build file in an environment, then extract. Start with {@link #of}.
 *
 * @param environment where the lines run
 * @param machine the virtual machine in which they run
 * @param buildFile the file with the lines
 * @param project the owner of the caches, such as {@code groupId:artifactId}; null for the directory of the build file
 * @param inputs what is copied into the guest before the first line
 * @param copyFrom directories, or files, of the host that may be copied into the guest in addition to the directory of
 *     the build file; relative ones are relative to the process's own
 * @param secrets the values for lines with {@code #@ secret}
 * @param noCache whether all lines run again and replace their layers
 * @param config what to extract, already merged from its sources
 * @param extraction how to extract it
 * @param targetRoot the host directory for the extracted files
 * @param verify programs that are run in the target root after an extraction that changed something, and must end with
 *     status 0; with Env and the working directory of the configuration
 * @param run how they are run
 * @param logDirectory where build.log and serial.log are written; created if it is missing. Its parent directory is
 *     assumed to hold only logs, so inputs leave it out
 */
public record BuildRequest(
        EnvironmentSpec environment,
        MachineOptions machine,
        Path buildFile,
        @Nullable String project,
        List<InputSpec> inputs,
        List<Path> copyFrom,
        Secrets secrets,
        boolean noCache,
        BuildConfig config,
        ExtractionOptions extraction,
        Path targetRoot,
        List<ProgramCall> verify,
        RunOptions run,
        Path logDirectory) {

    public BuildRequest {
        inputs = List.copyOf(inputs);
        copyFrom = List.copyOf(copyFrom);
        verify = List.copyOf(verify);
    }

    /**
     * A build with the default machine, no inputs, the default extraction and nothing to verify. Its logs go to
     * {@code crossbuild-logs/NAME} next to the target root, where {@code NAME} is the target root's name.
     */
    public static BuildRequest of(EnvironmentSpec environment, Path buildFile, BuildConfig config, Path targetRoot) {
        return new BuildRequest(
                environment,
                MachineOptions.defaults(),
                buildFile,
                null,
                List.of(),
                List.of(),
                Secrets.NONE,
                false,
                config,
                ExtractionOptions.DEFAULTS,
                targetRoot,
                List.of(),
                RunOptions.DEFAULTS,
                logsBeside(targetRoot));
    }

    static Path logsBeside(Path targetRoot) {
        Path root = targetRoot.toAbsolutePath().normalize();
        Path parent = root.getParent();
        Path name = root.getFileName();
        return (parent == null ? root : parent)
                .resolve("crossbuild-logs")
                .resolve(name == null ? "root" : name.toString());
    }

    /** The same in a different machine. */
    public BuildRequest withMachine(MachineOptions value) {
        return new BuildRequest(
                environment,
                value,
                buildFile,
                project,
                inputs,
                copyFrom,
                secrets,
                noCache,
                config,
                extraction,
                targetRoot,
                verify,
                run,
                logDirectory);
    }

    /** The same with a project's caches; null for those of the build file's directory. */
    public BuildRequest withProject(@Nullable String value) {
        return new BuildRequest(
                environment,
                machine,
                buildFile,
                value,
                inputs,
                copyFrom,
                secrets,
                noCache,
                config,
                extraction,
                targetRoot,
                verify,
                run,
                logDirectory);
    }

    /** The same with these inputs instead. */
    public BuildRequest withInputs(List<InputSpec> value) {
        return new BuildRequest(
                environment,
                machine,
                buildFile,
                project,
                value,
                copyFrom,
                secrets,
                noCache,
                config,
                extraction,
                targetRoot,
                verify,
                run,
                logDirectory);
    }

    /** The same with these inputs instead. */
    public BuildRequest withInputs(InputSpec... value) {
        return withInputs(List.of(value));
    }

    /** The same; these places of the host may be copied from too: see {@link #copyFrom()}. */
    public BuildRequest withCopyFrom(List<Path> value) {
        return new BuildRequest(
                environment,
                machine,
                buildFile,
                project,
                inputs,
                value,
                secrets,
                noCache,
                config,
                extraction,
                targetRoot,
                verify,
                run,
                logDirectory);
    }

    /** The same with these values for lines with {@code #@ secret}. */
    public BuildRequest withSecrets(Secrets value) {
        return new BuildRequest(
                environment,
                machine,
                buildFile,
                project,
                inputs,
                copyFrom,
                value,
                noCache,
                config,
                extraction,
                targetRoot,
                verify,
                run,
                logDirectory);
    }

    /** The same; if true, all lines run again and replace their layers. */
    public BuildRequest withNoCache(boolean value) {
        return new BuildRequest(
                environment,
                machine,
                buildFile,
                project,
                inputs,
                copyFrom,
                secrets,
                value,
                config,
                extraction,
                targetRoot,
                verify,
                run,
                logDirectory);
    }

    /** The same with different extraction options. */
    public BuildRequest withExtraction(ExtractionOptions value) {
        return new BuildRequest(
                environment,
                machine,
                buildFile,
                project,
                inputs,
                copyFrom,
                secrets,
                noCache,
                config,
                value,
                targetRoot,
                verify,
                run,
                logDirectory);
    }

    /** The same; these programs must succeed in the target root. */
    public BuildRequest withVerify(List<ProgramCall> value) {
        return new BuildRequest(
                environment,
                machine,
                buildFile,
                project,
                inputs,
                copyFrom,
                secrets,
                noCache,
                config,
                extraction,
                targetRoot,
                value,
                run,
                logDirectory);
    }

    /** The same; these programs must succeed in the target root. */
    public BuildRequest withVerify(ProgramCall... value) {
        return withVerify(List.of(value));
    }

    /** The same, with programs run differently. */
    public BuildRequest withRun(RunOptions value) {
        return new BuildRequest(
                environment,
                machine,
                buildFile,
                project,
                inputs,
                copyFrom,
                secrets,
                noCache,
                config,
                extraction,
                targetRoot,
                verify,
                value,
                logDirectory);
    }

    /** The same with logs in a different directory, see {@link #logDirectory()}. */
    public BuildRequest withLogDirectory(Path value) {
        return new BuildRequest(
                environment,
                machine,
                buildFile,
                project,
                inputs,
                copyFrom,
                secrets,
                noCache,
                config,
                extraction,
                targetRoot,
                verify,
                run,
                value);
    }
}
