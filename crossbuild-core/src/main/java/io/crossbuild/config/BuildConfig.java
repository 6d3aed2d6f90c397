// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The keys of config.json that a build and an extraction use, with the meaning that they have in OPS. Start with
 * {@link #EMPTY}, or with {@link ConfigFile#read} and {@link #merge}.
 *
 * @param program path in the guest of the program to run; null when there is none
 * @param args its arguments, without the program's own name
 * @param files files to extract; relative ones are relative to the guest's /root
 * @param dirs directories to extract with everything below them
 * @param mapDirs from a guest path whose last component is a glob pattern to a directory of the image
 * @param env the program's environment at run time
 * @param other every other OPS key that is set, in OPS's spelling, for run configurations made from this configuration
 * @param origins the source of each value, by key in OPS's spelling; for maps by {@code Key.entry}
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

    /** Nothing to extract. */
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

    /** A configuration without known origins and without the keys that crossbuild itself does not use. */
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
     * Merges sources: later ones override earlier ones. As in OPS, maps are merged entry by entry and lists are
     * replaced as a whole.
     *
     * @param layers the weakest first
     */
    public static BuildConfig merge(List<ConfigLayer> layers) {
        ConfigMerge merge = new ConfigMerge();
        layers.forEach(merge::add);
        return merge.result();
    }

    /** The same with a program to extract, given by its path in the guest; null for none. */
    public BuildConfig withProgram(@Nullable String value) {
        return new BuildConfig(value, args, files, dirs, mapDirs, env, other, origins);
    }

    /** The same with these program arguments instead. */
    public BuildConfig withArgs(String... value) {
        return new BuildConfig(program, List.of(value), files, dirs, mapDirs, env, other, origins);
    }

    /** The same with these files to extract instead; relative paths mean the guest's /root. */
    public BuildConfig withFiles(String... value) {
        return new BuildConfig(program, args, List.of(value), dirs, mapDirs, env, other, origins);
    }

    /** The same with these directories to extract instead; relative paths mean the guest's /root. */
    public BuildConfig withDirs(String... value) {
        return new BuildConfig(program, args, files, List.of(value), mapDirs, env, other, origins);
    }

    /** The same with these patterns to extract instead, see {@link #mapDirs()}. */
    public BuildConfig withMapDirs(Map<String, String> value) {
        return new BuildConfig(program, args, files, dirs, value, env, other, origins);
    }

    /** The same with these environment variables for the program instead. */
    public BuildConfig withEnv(Map<String, String> value) {
        return new BuildConfig(program, args, files, dirs, mapDirs, value, other, origins);
    }

    /** The source of a key's value, if a source sets it. */
    public Optional<String> origin(String key) {
        return Optional.ofNullable(origins.get(key));
    }
}
