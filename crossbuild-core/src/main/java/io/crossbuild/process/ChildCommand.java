// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What to start.
 *
 * @param argv the program and its arguments
 * @param env variables that are set on top of this JVM's environment
 * @param logFile receives standard output and standard error, is overwritten; its directory exists
 * @param directory in which it starts; null for this JVM's
 */
public record ChildCommand(
        List<String> argv,
        Map<String, String> env,
        Path logFile,
        @Nullable Path directory) {
    /** A program that starts in this JVM's directory. */
    public ChildCommand(List<String> argv, Map<String, String> env, Path logFile) {
        this(argv, env, logFile, null);
    }

    public ChildCommand {
        argv = List.copyOf(argv);
        env = Map.copyOf(env);
        if (argv.isEmpty()) {
            throw new IllegalArgumentException("argv is empty");
        }
    }
}
