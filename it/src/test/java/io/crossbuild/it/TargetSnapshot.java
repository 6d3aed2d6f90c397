// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import io.crossbuild.io.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Everything in a target root except what extractions keep for themselves.
 *
 * @param entries what is at each path: its type, its mode, its content
 */
record TargetSnapshot(Map<String, String> entries) {
    private static final String OWN = ".crossbuild";
    private static final int SHOWN = 10;

    static TargetSnapshot of(Path root) throws IOException {
        Map<String, String> entries = new TreeMap<>();
        if (Files.exists(root)) {
            try (Stream<Path> all = Files.walk(root)) {
                for (Path path : all.toList()) {
                    Path relative = root.relativize(path);
                    if (!relative.startsWith(OWN)) {
                        entries.put(relative.toString(), entry(path));
                    }
                }
            }
        }
        return new TargetSnapshot(entries);
    }

    private static String entry(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            return "link to " + Files.readSymbolicLink(path);
        }
        String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                ? "directory " + mode
                : "file " + mode + " " + Sha256.of(path).hex();
    }

    /** The same with different content of a file. */
    TargetSnapshot with(String file, String content) {
        Map<String, String> changed = new TreeMap<>(entries);
        changed.compute(file, (path, entry) -> {
            if (entry == null) {
                throw new AssertionError("'" + path + "' is not in the target root");
            }
            String digest = Sha256.of(content.getBytes(StandardCharsets.UTF_8)).hex();
            return entry.substring(0, entry.lastIndexOf(' ') + 1) + digest;
        });
        return new TargetSnapshot(changed);
    }

    /** What is different in another one, in lines. */
    List<String> differences(TargetSnapshot other) {
        TreeSet<String> paths = new TreeSet<>(entries.keySet());
        paths.addAll(other.entries.keySet());
        List<String> lines = new ArrayList<>();
        for (String path : paths) {
            String here = entries.getOrDefault(path, "nothing");
            String there = other.entries.getOrDefault(path, "nothing");
            if (!here.equals(there)) {
                lines.add("'" + path + "': " + here + " (expected " + there + ")");
            }
        }
        if (lines.size() > SHOWN) {
            int more = lines.size() - SHOWN;
            lines.subList(SHOWN, lines.size()).clear();
            lines.add("and " + more + " more");
        }
        return lines;
    }
}
