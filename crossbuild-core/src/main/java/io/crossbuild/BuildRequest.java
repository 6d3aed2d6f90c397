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
 * A build: run the lines of a build file in an environment, then extract.
 *
 * @param project {@code groupId:artifactId} of the Maven project that owns the caches; null for the directory of the build
 *     file
 * @param inputs what is brought into the guest before the first line
 * @param noCache whether all lines are run again, and their layers replaced
 * @param config what to extract, already merged from its sources
 * @param extraction how to extract it
 * @param targetRoot the host directory that extracted files go to
 * @param logDirectory where build.log and serial.log are written
 */
public record BuildRequest(
        EnvironmentSpec environment,
        MachineOptions vm,
        Path buildFile,
        @Nullable String project,
        List<InputSpec> inputs,
        boolean noCache,
        BuildConfig config,
        ExtractionOptions extraction,
        Path targetRoot,
        Path logDirectory) {}
