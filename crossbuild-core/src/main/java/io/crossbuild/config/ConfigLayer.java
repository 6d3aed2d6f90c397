// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one source (config.json, the POM, the command line) says about a build's configuration. Null means that it says
 * nothing; an empty list is a value. Start with {@link #of}.
 *
 * @param source for messages, such as the path of config.json or {@code pom.xml}
 * @param program as {@link BuildConfig#program()}
 * @param args as {@link BuildConfig#args()}
 * @param files as {@link BuildConfig#files()}
 * @param dirs as {@link BuildConfig#dirs()}
 * @param mapDirs as {@link BuildConfig#mapDirs()}
 * @param env as {@link BuildConfig#env()}
 * @param other the keys of OPS that crossbuild does not use itself, in OPS's spelling, as strings, booleans, numbers,
 *     lists and maps
 */
public record ConfigLayer(
        String source,
        @Nullable String program,
        @Nullable List<String> args,
        @Nullable List<String> files,
        @Nullable List<String> dirs,
        @Nullable Map<String, String> mapDirs,
        @Nullable Map<String, String> env,
        Map<String, Object> other) {

    public ConfigLayer {
        args = args == null ? null : List.copyOf(args);
        files = files == null ? null : List.copyOf(files);
        dirs = dirs == null ? null : List.copyOf(dirs);
        mapDirs = mapDirs == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(mapDirs));
        env = env == null ? null : Collections.unmodifiableMap(new LinkedHashMap<>(env));
        other = Collections.unmodifiableMap(new LinkedHashMap<>(other));
    }

    /** A source that says nothing yet. */
    public static ConfigLayer of(String source) {
        return new ConfigLayer(source, null, null, null, null, null, null, Map.of());
    }

    /** The same with a program; null to say nothing about it. */
    public ConfigLayer withProgram(@Nullable String value) {
        return new ConfigLayer(source, value, args, files, dirs, mapDirs, env, other);
    }

    /** The same with arguments; null to say nothing about them. */
    public ConfigLayer withArgs(@Nullable List<String> value) {
        return new ConfigLayer(source, program, value, files, dirs, mapDirs, env, other);
    }

    /** The same with files; null to say nothing about them. */
    public ConfigLayer withFiles(@Nullable List<String> value) {
        return new ConfigLayer(source, program, args, value, dirs, mapDirs, env, other);
    }

    /** The same with directories; null to say nothing about them. */
    public ConfigLayer withDirs(@Nullable List<String> value) {
        return new ConfigLayer(source, program, args, files, value, mapDirs, env, other);
    }

    /** The same with patterns; null to say nothing about them. */
    public ConfigLayer withMapDirs(@Nullable Map<String, String> value) {
        return new ConfigLayer(source, program, args, files, dirs, value, env, other);
    }

    /** The same with environment variables; null to say nothing about them. */
    public ConfigLayer withEnv(@Nullable Map<String, String> value) {
        return new ConfigLayer(source, program, args, files, dirs, mapDirs, value, other);
    }
}
