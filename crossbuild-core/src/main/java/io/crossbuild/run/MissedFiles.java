// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.run;

import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.closure.InstalledPackage;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.dpkg.PackageDatabase;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.Warning;
import io.crossbuild.ldso.ClosureResolver;
import io.crossbuild.ldso.LoaderOptions;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Of the paths that a program looked up in vain, those that the environment has and the target root has not. The guest
 * that reports the paths is not trusted: only what the environment's disk has is believed.
 */
final class MissedFiles {
    /**
     * Below the first ones the environment's disk has nothing that an extraction could take. Every program looks for
     * the last ones, and an extraction makes a cache of its own where one is needed.
     */
    private static final Pattern NO_ADVICE =
            Pattern.compile("/(proc|sys|dev|run|tmp)(/.*)?|/etc/ld\\.so\\.(cache|preload)");

    /** The kernel's limit (include/uapi/linux/limits.h). */
    private static final int PATH_MAX = 4096;

    /** Larger directories are no advice. */
    private static final long MOST_DIRECTORY_BYTES = 64 << 20;

    private static final int MOST_DIRECTORY_ENTRIES = 20_000;
    private static final int LEAST_DIRECTORY_DEPTH = 3;

    private final FileTree target;
    private final FileTree guest;
    private final Map<String, Missed> found = new LinkedHashMap<>();

    /**
     * @param path as it was looked up
     * @param guestPath canonical
     * @param entry for config.json
     */
    private record Missed(String path, String guestPath, String entry, FileNode node, long bytes) {}

    /**
     * @param target the target root
     * @param guest the disk from which it was extracted
     */
    MissedFiles(FileTree target, FileTree guest) {
        this.target = target;
        this.guest = guest;
    }

    /**
     * Adds what the loader would open for a program in the environment.
     *
     * @param program its path in the target root
     */
    void addLibraries(String program, Map<String, String> variables) throws IOException, CrossbuildException {
        Optional<String> place = guestPath(program);
        if (place.isPresent()) {
            ClosureRequest request = new ClosureRequest(place.get(), List.of(), List.of());
            LoaderOptions options = LoaderOptions.ofEnvironment(variables);
            for (OpenedFile file :
                    new ClosureResolver(guest, options).resolve(request).files()) {
                add(file.path());
            }
        }
    }

    /**
     * Adds a path that was looked up.
     *
     * @param path absolute
     */
    void add(String path) throws IOException, CrossbuildException {
        if (path.length() > PATH_MAX) {
            // No program can have looked that up.
            return;
        }
        String plain = Stream.of(path.split("/"))
                .filter(name -> !name.isEmpty() && !name.equals("."))
                .collect(Collectors.joining("/", "/", ""));
        if (NO_ADVICE.matcher(plain).matches()
                || plain.indexOf('\0') >= 0
                || TreePaths.find(target, plain).isPresent()) {
            return;
        }
        Optional<String> place = guestPath(plain);
        if (place.isEmpty() || !(TreePaths.resolve(guest, place.get()) instanceof TreePaths.Found there)) {
            return;
        }
        boolean moved = !place.get().equals(plain);
        String entry = plain.contains("/../") || plain.endsWith("/..") ? there.path() : plain;
        long bytes = there.node().isDirectory()
                ? directoryBytes(there, plain)
                : there.node().sizeBytes();
        if (there.node().isRegular() || bytes > 0) {
            String written = moved ? entry.substring(1) : entry;
            found.putIfAbsent(there.path(), new Missed(plain, there.path(), written, there.node(), bytes));
        }
    }

    /** The path in the guest: the same, or the one below /root for what relative entries of config.json brought. */
    private Optional<String> guestPath(String path) throws IOException, CrossbuildException {
        for (String candidate : List.of(path, "/root" + path)) {
            if (TreePaths.find(guest, candidate).isPresent()) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** 0 for a directory that is no advice. */
    private long directoryBytes(TreePaths.Found directory, String path) throws IOException, CrossbuildException {
        if (path.chars().filter(c -> c == '/').count() < LEAST_DIRECTORY_DEPTH) {
            return 0;
        }
        long bytes = 0;
        int entries = 0;
        Deque<FileNode> rest = new ArrayDeque<>(List.of(directory.node()));
        while (!rest.isEmpty()) {
            for (FileTree.Entry child : guest.children(rest.pop())) {
                entries++;
                bytes += child.node().isRegular() ? child.node().sizeBytes() : 0;
                if (child.node().isDirectory()) {
                    rest.push(child.node());
                }
            }
            if (bytes > MOST_DIRECTORY_BYTES || entries > MOST_DIRECTORY_ENTRIES) {
                return 0;
            }
        }
        return bytes;
    }

    /**
     * The files, without those in a directory that is itself among them.
     *
     * @param said what the program printed at the end: files that it names come first
     */
    List<Warning.LookedForInVain.Lookup> entries(Collection<String> said) throws IOException, CrossbuildException {
        List<Missed> named = new ArrayList<>();
        List<Missed> others = new ArrayList<>();
        for (Missed missed : found.values()) {
            if (!isInside(missed)) {
                String name = TreePaths.name(missed.path());
                boolean isNamed = said.stream().anyMatch(line -> names(line, name));
                (isNamed ? named : others).add(missed);
            }
        }
        named.addAll(others);
        Map<String, InstalledPackage> owners = owners(named);
        List<Warning.LookedForInVain.Lookup> entries = new ArrayList<>();
        for (Missed missed : named) {
            Optional<String> owner =
                    Optional.ofNullable(owners.get(missed.guestPath())).map(InstalledPackage::name);
            entries.add(new Warning.LookedForInVain.Lookup(
                    missed.path(), missed.entry(), missed.node().isDirectory(), missed.bytes(), owner));
        }
        return entries;
    }

    /** Whether a line contains a file's name, and not only as a part of a longer one. */
    private static boolean names(String line, String name) {
        for (int at = line.indexOf(name); at >= 0; at = line.indexOf(name, at + 1)) {
            int end = at + name.length();
            if ((at == 0 || !isOfName(line.charAt(at - 1))) && (end == line.length() || !isOfName(line.charAt(end)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isOfName(char c) {
        return Character.isLetterOrDigit(c) || "_-+".indexOf(c) >= 0;
    }

    private boolean isInside(Missed missed) {
        String parent = TreePaths.parent(missed.guestPath());
        while (!parent.equals("/")) {
            if (found.containsKey(parent)) {
                return true;
            }
            parent = TreePaths.parent(parent);
        }
        return false;
    }

    private Map<String, InstalledPackage> owners(List<Missed> missed) throws IOException, CrossbuildException {
        Map<String, FileNode> files = new HashMap<>();
        for (Missed each : missed) {
            if (!each.node().isDirectory()) {
                files.put(each.guestPath(), each.node());
            }
        }
        Optional<PackageDatabase> database = files.isEmpty() ? Optional.empty() : PackageDatabase.open(guest);
        return database.isEmpty() ? Map.of() : database.get().owners(files);
    }
}
