// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the guest's own find(1) and sha256sum(1) say about the extracted directories. */
record GuestListing(List<Entry> entries) {
    private static final List<String> DIRECTORIES =
            List.of("/usr/share/nodejs", "/usr/include", "/usr/lib/gcc", "/etc/alternatives");

    /**
     * A file.
     *
     * @param path the path in the target root
     * @param type as in find's {@code %y}: f, d or l
     * @param mode the permission bits
     * @param modified seconds since 1970
     * @param inode the same for all names of one file
     * @param link the text of a symbolic link, or the path to which it leads if it is absolute; empty for other files
     * @param digest the digest of a regular file's content; empty for other files
     */
    record Entry(String path, String type, int mode, long modified, String inode, String link, String digest) {}

    /** A line of build.txt that writes the listing into files in /root. */
    static String buildLine() {
        String find = "find node_modules " + String.join(" ", DIRECTORIES);
        return "cd /root && " + find + " -printf '%p|%y|%m|%Ts|%i|%l\\n' > attributes"
                + " && " + find + " -type f -print0 | xargs -0 sha256sum > digests"
                + " && " + find + " -lname '/*' | while read -r link; do text=$(readlink \"$link\");"
                + " echo \"$link|$(realpath -m \"${text%/*}/\")/${text##*/}\"; done > places\n";
    }

    static String configuration() {
        return "{ \"Dirs\": [\"node_modules\", \"" + String.join("\", \"", DIRECTORIES)
                + "\"], \"Files\": [\"attributes\", \"digests\", \"places\"] }\n";
    }

    static GuestListing read(Path targetRoot) throws IOException {
        Map<String, String> digests = new HashMap<>();
        for (String line : Files.readAllLines(targetRoot.resolve("digests"), StandardCharsets.UTF_8)) {
            digests.put(line.substring(66), line.substring(0, 64));
        }
        Map<String, String> places = new HashMap<>();
        for (String line : Files.readAllLines(targetRoot.resolve("places"), StandardCharsets.UTF_8)) {
            places.put(line.substring(0, line.indexOf('|')), line.substring(line.indexOf('|') + 1));
        }
        List<Entry> entries = new ArrayList<>();
        for (String line : Files.readAllLines(targetRoot.resolve("attributes"), StandardCharsets.UTF_8)) {
            String[] field = line.split("\\|", -1);
            assertThat(field).as(line).hasSize(6);
            boolean isFile = field[1].equals("f");
            entries.add(new Entry(
                    field[0].replaceFirst("^/", ""),
                    field[1],
                    Integer.parseInt(field[2], 8),
                    Long.parseLong(field[3]),
                    field[4],
                    places.getOrDefault(field[0], field[5]),
                    isFile ? digests.getOrDefault(field[0], "no digest") : ""));
        }
        return new GuestListing(entries);
    }

    /** Checks every entry against the host's file, and that the host has no others. */
    void compare(Path root) throws IOException {
        List<String> differences = new ArrayList<>();
        Map<String, Object> inodes = new HashMap<>();
        for (Entry entry : entries) {
            Path file = root.resolve(entry.path());
            if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                differences.add("missing: " + entry);
                continue;
            }
            String found = describe(entry, root, file);
            String expected = expected(entry);
            if (!found.equals(expected)) {
                differences.add(entry.path() + ": " + found + " (expected " + expected + ")");
            }
            if (entry.type().equals("f")) {
                Object inode = Files.getAttribute(file, "unix:ino");
                Object first = inodes.putIfAbsent(entry.inode(), inode);
                if (first != null && !first.equals(inode)) {
                    differences.add(entry.path() + ": no hard link (expected one)");
                }
            }
        }
        assertThat(differences).isEmpty();
        assertThat(inodes.values()).doesNotHaveDuplicates();
        Set<String> known = Set.copyOf(entries.stream().map(Entry::path).toList());
        for (String directory : DIRECTORIES) {
            try (var files = Files.walk(root.resolve(directory.substring(1)))) {
                assertThat(files.map(f -> root.relativize(f).toString())).allMatch(known::contains);
            }
        }
    }

    private static String expected(Entry entry) {
        return switch (entry.type()) {
            case "f" ->
                "f " + Integer.toOctalString(entry.mode() & 0777) + " " + entry.modified() + " " + entry.digest();
            case "d" -> "d " + Integer.toOctalString(entry.mode() & 0777);
            default -> "l " + entry.link();
        };
    }

    private static String describe(Entry entry, Path root, Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            Path target = Files.readSymbolicLink(file);
            // The guest's absolute links become relative, so that they stay inside the target root.
            return "l "
                    + (entry.link().startsWith("/") && !target.isAbsolute()
                            ? "/" + root.relativize(file.resolveSibling(target).normalize())
                            : target.toString());
        }
        String mode = Integer.toOctalString((int) Files.getAttribute(file, "unix:mode") & 0777);
        return Files.isDirectory(file)
                ? "d " + mode
                : "f " + mode + " " + Files.getLastModifiedTime(file).toMillis() / 1000 + " " + digest(file);
    }

    private static String digest(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
