// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.CpuProfile;
import io.crossbuild.tree.RootLogin;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a loader gets from its environment.
 *
 * @param libraryPath {@code LD_LIBRARY_PATH}; empty for none
 * @param preload {@code LD_PRELOAD}; empty for none
 * @param programPath {@code PATH}, for scripts that begin with {@code #!/usr/bin/env}
 * @param workingDirectory where relative paths start; absolute
 * @param secure whether the program runs with more rights than its caller ({@code AT_SECURE}): the loader then ignores
 *     most of its environment
 * @param ldconfig whether to use what ldconfig(8) would write instead of the existing cache
 * @param cpu the processor; null for a closure with the right files for every processor of the architecture
 */
public record LoaderOptions(
        String libraryPath,
        String preload,
        String programPath,
        String workingDirectory,
        boolean secure,
        boolean ldconfig,
        @Nullable CpuProfile cpu) {

    /**
     * The search path that shells and env(1) use when PATH is not set, including the directories for administrators.
     */

    /** An empty environment, the root directory, every processor. */
    public static LoaderOptions defaults() {
        return new LoaderOptions("", "", RootLogin.PATH, "/", false, false, null);
    }

    /** The relevant variables of a program's environment, everything else as in {@link #defaults}. */
    public static LoaderOptions ofEnvironment(Map<String, String> environment) {
        return new LoaderOptions(
                environment.getOrDefault("LD_LIBRARY_PATH", ""),
                environment.getOrDefault("LD_PRELOAD", ""),
                environment.getOrDefault("PATH", RootLogin.PATH),
                "/",
                false,
                false,
                null);
    }

    public LoaderOptions withSecure(boolean value) {
        return new LoaderOptions(libraryPath, preload, programPath, workingDirectory, value, ldconfig, cpu);
    }

    /** As if ldconfig had just been run. */
    public LoaderOptions withLdconfig(boolean value) {
        return new LoaderOptions(libraryPath, preload, programPath, workingDirectory, secure, value, cpu);
    }

    /** For exactly one processor. */
    public LoaderOptions withCpu(CpuProfile value) {
        return new LoaderOptions(libraryPath, preload, programPath, workingDirectory, secure, ldconfig, value);
    }

    /** A path as seen from the working directory. */
    String absolute(String path) {
        if (path.startsWith("/")) {
            return path;
        }
        return workingDirectory.endsWith("/") ? workingDirectory + path : workingDirectory + "/" + path;
    }
}
