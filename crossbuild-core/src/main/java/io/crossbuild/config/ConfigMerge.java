// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the layers of a configuration, weakest first. */
final class ConfigMerge {
    private final Map<String, String> origins = new LinkedHashMap<>();
    private final Map<String, String> mapDirs = new LinkedHashMap<>();
    private final Map<String, String> env = new LinkedHashMap<>();
    private Map<String, Object> other = new LinkedHashMap<>();
    private @Nullable String program;
    private List<String> args = List.of();
    private List<String> files = List.of();
    private List<String> dirs = List.of();

    void add(ConfigLayer layer) {
        if (layer.program() != null) {
            program = layer.program();
            origins.put("Program", layer.source());
        }
        args = list("Args", args, layer.args(), layer);
        files = list("Files", files, layer.files(), layer);
        dirs = list("Dirs", dirs, layer.dirs(), layer);
        map("MapDirs", mapDirs, layer.mapDirs(), layer);
        map("Env", env, layer.env(), layer);
        layer.other().keySet().forEach(key -> origins.put(key, layer.source()));
        other = merged(other, layer.other(), OpsKey.CONFIG);
    }

    BuildConfig result() {
        return new BuildConfig(program, args, files, dirs, mapDirs, env, other, origins);
    }

    private List<String> list(String key, List<String> below, @Nullable List<String> above, ConfigLayer layer) {
        if (above == null) {
            return below;
        }
        origins.put(key, layer.source());
        return above;
    }

    private void map(String key, Map<String, String> below, @Nullable Map<String, String> above, ConfigLayer layer) {
        if (above != null) {
            below.putAll(above);
            above.keySet().forEach(name -> origins.put(key + "." + name, layer.source()));
        }
    }

    /** Objects of known keys are merged key by key, maps entry by entry, everything else is replaced. */
    private static Map<String, Object> merged(Map<String, Object> below, Map<?, ?> above, List<OpsKey> keys) {
        Map<String, Object> all = new LinkedHashMap<>(below);
        above.forEach((name, value) -> {
            List<OpsKey> inner =
                    OpsKey.find(keys, (String) name).map(OpsKey::keys).orElse(null);
            if (inner != null && value instanceof Map<?, ?> over && all.get(name) instanceof Map<?, ?> under) {
                all.put((String) name, merged(stringKeys(under), over, inner));
            } else {
                all.put((String) name, value);
            }
        });
        return all;
    }

    private static Map<String, Object> stringKeys(Map<?, ?> map) {
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((name, value) -> copy.put((String) name, value));
        return copy;
    }
}
