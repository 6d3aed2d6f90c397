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
 * @param other every other key of OPS that is set, in OPS's spelling, for run configurations made from this one
 * @param origins the source that each value comes from, by key in OPS's spelling; of a map by {@code Key.entry}
 */
public record BuildConfig(
        @Nullable String program,
        List<String> args,
        List<String> files,
        List<String> dirs,
        Map<String, String> mapDirs,
        Map<String, String> env,
        Map<String, Object> other,
        Map<String, String> origins) {

    public static final BuildConfig EMPTY = new BuildConfig(null, List.of(), List.of(), List.of(), Map.of(), Map.of());

    public BuildConfig {
        args = List.copyOf(args);
        files = List.copyOf(files);
        dirs = List.copyOf(dirs);
        mapDirs = Collections.unmodifiableMap(new LinkedHashMap<>(mapDirs));
        env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
        other = Collections.unmodifiableMap(new LinkedHashMap<>(other));
        origins = Collections.unmodifiableMap(new LinkedHashMap<>(origins));
    }

    /** A configuration of no known origin and without the keys that crossbuild does not use itself. */
    public BuildConfig(
            @Nullable String program,
            List<String> args,
            List<String> files,
            List<String> dirs,
            Map<String, String> mapDirs,
            Map<String, String> env) {
        this(program, args, files, dirs, mapDirs, env, Map.of(), Map.of());
    }

    /**
     * Lays sources over one another: a later one wins. As in OPS, maps are merged entry by entry and lists are replaced
     * whole.
     *
     * @param layers the weakest first
     */
    public static BuildConfig merge(List<ConfigLayer> layers) {
        ConfigMerge merge = new ConfigMerge();
        layers.forEach(merge::add);
        return merge.result();
    }

    /** The program, if one is set. */
    public Optional<String> programPath() {
        return Optional.ofNullable(program);
    }

    /** The source that a key's value comes from, if one set it. */
    public Optional<String> origin(String key) {
        return Optional.ofNullable(origins.get(key));
    }
}
