// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys of config.json that a build and an extraction use, with the meaning they have in OPS.
 *
 * @param program path in the guest of the program to run; null when there is none
 * @param args its arguments, without the program's own name
 * @param files files to extract; relative ones are relative to the guest's /root
 * @param dirs directories to extract with all below them
 * @param mapDirs from a guest path whose last component is a glob pattern to a directory of the image
 * @param env the program's environment at run time
 */
public record BuildConfig(
        @Nullable String program,
        List<String> args,
        List<String> files,
        List<String> dirs,
        Map<String, String> mapDirs,
        Map<String, String> env) {

    public static final BuildConfig EMPTY = new BuildConfig(null, List.of(), List.of(), List.of(), Map.of(), Map.of());

    public BuildConfig {
        args = List.copyOf(args);
        files = List.copyOf(files);
        dirs = List.copyOf(dirs);
        mapDirs = Collections.unmodifiableMap(new LinkedHashMap<>(mapDirs));
        env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    }

    /** The program, if one is set. */
    public Optional<String> programPath() {
        return Optional.ofNullable(program);
    }
}
