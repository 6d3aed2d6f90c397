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
 * A shell in the state after a step.
 *
 * @param buildFile whose steps are meant; null for the bare environment
 * @param project that of the build
 * @param inputs those of the build
 * @param afterStep the step, from 1; 0 for the bare environment; empty for the last one that was run well
 * @param logDirectory where serial.log is written
 */
public record ShellRequest(
        EnvironmentSpec environment,
        MachineOptions vm,
        @Nullable Path buildFile,
        @Nullable String project,
        List<InputSpec> inputs,
        OptionalInt afterStep,
        Path logDirectory) {}
