// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one source (config.json, the POM, the command line) says about a build's configuration. Null means that it says
 * nothing; an empty list is a value.
 *
 * @param source for messages, such as the path of config.json or {@code pom.xml}
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
}
