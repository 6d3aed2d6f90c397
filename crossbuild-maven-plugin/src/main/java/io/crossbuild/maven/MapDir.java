// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code <mapDir>} in a POM: an entry of config.json's {@code MapDirs}. */
public final class MapDir {
    private String from = "";
    private String to = "";

    /** The guest path; its last component may be a glob pattern. */
    public void setFrom(String from) {
        this.from = from;
    }

    /** The directory of the image. */
    public void setTo(String to) {
        this.to = to;
    }

    static Map<String, String> pairs(List<MapDir> entries) {
        Map<String, String> map = new LinkedHashMap<>();
        entries.forEach(entry -> map.put(entry.from, entry.to));
        return map;
    }
}
