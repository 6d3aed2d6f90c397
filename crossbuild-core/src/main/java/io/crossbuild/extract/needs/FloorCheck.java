// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.needs;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.closure.LinkMap;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.error.ClosureException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.floor.LibraryFloors;
import io.crossbuild.floor.LibraryLimits;
import io.crossbuild.floor.ObjectNeeds;
import io.crossbuild.io.Workers;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reports what selected files need of a system's libraries if they leave without the extracted ones, and checks limits
 * for it. Libraries of the guest's packages that come with them do not count: what leaves without its C library, such
 * as a library in a jar, leaves without them.
 */
public final class FloorCheck {
    /** Where packages install nothing: a library there was built in the guest. */
    private static final List<String> LOCAL = List.of("/usr/local/", "/opt/", "/root/", "/home/", "/srv/");

    private final FileTree tree;
    private final Workers workers;
    private final BuildListener listener;

    /** @param workers that read files */
    public FloorCheck(FileTree tree, Workers workers, BuildListener listener) {
        this.tree = tree;
        this.workers = workers;
        this.listener = listener;
    }

    /**
     * Reports the floors. With a program they are those of other shared objects for its architecture, since it has its
     * own libraries.
     *
     * @param request the selected files
     * @param closure of the request
     * @throws ClosureException when a limit is exceeded
     */
    public void check(ClosureRequest request, Closure closure, ClosureOptions options)
            throws IOException, CrossbuildException, InterruptedException {
        String program = request.program();
        boolean limited = options.maxGlibc() != null || options.maxGlibcxx() != null;
        Set<String> loaded = program == null ? Set.of() : loadedBy(program, closure);
        Set<String> paths = new LinkedHashSet<>(request.addons());
        paths.addAll(local(closure, loaded));
        if (paths.isEmpty() && !limited) {
            return;
        }
        Map<String, ObjectNeeds> objects = read(paths);
        @Nullable ObjectNeeds main =
                program == null ? null : ObjectNeeds.read(tree, program).orElse(null);
        if (limited) {
            List<ObjectNeeds> all = new ArrayList<>(objects.values());
            if (main != null && !objects.containsKey(main.canonicalPath())) {
                all.add(0, main);
            }
            new LibraryLimits(tree, options.maxGlibc(), options.maxGlibcxx()).check(all);
        }
        Predicate<ObjectNeeds> included = program == null
                ? object -> true
                : object -> !object.program()
                        && !loaded.contains(object.canonicalPath())
                        && (main == null || main.machine().equals(object.machine()));
        for (BuildEvent.LibraryFloor floor : new LibraryFloors(tree, objects.values()).of(included, program != null)) {
            listener.onEvent(floor);
        }
    }

    /** By canonical path; a file with several names is read once. */
    private Map<String, ObjectNeeds> read(Set<String> paths)
            throws IOException, CrossbuildException, InterruptedException {
        Map<String, ObjectNeeds> byPath = new ConcurrentSkipListMap<>();
        workers.forEach(List.copyOf(paths), path -> ObjectNeeds.read(tree, path).ifPresent(o -> byPath.put(path, o)));
        Map<String, ObjectNeeds> objects = new TreeMap<>();
        byPath.values().forEach(o -> objects.putIfAbsent(o.canonicalPath(), o));
        return objects;
    }

    /** The canonical paths of the program and of what the loader loads when it starts. */
    private Set<String> loadedBy(String program, Closure closure) throws IOException, CrossbuildException {
        Set<String> loaded = new HashSet<>();
        if (TreePaths.resolve(tree, program) instanceof TreePaths.Found itself) {
            loaded.add(itself.path());
        }
        for (LinkMap map : closure.linkMaps()) {
            if (map.root().equals(program)) {
                for (LinkMap.Loaded object : map.objects()) {
                    if (object.path() != null
                            && TreePaths.resolve(tree, object.path()) instanceof TreePaths.Found found) {
                        loaded.add(found.path());
                    }
                }
            }
        }
        return loaded;
    }

    private static List<String> local(Closure closure, Set<String> loaded) {
        return closure.files().stream()
                .map(OpenedFile::canonicalPath)
                .filter(path -> LOCAL.stream().anyMatch(path::startsWith) && !loaded.contains(path))
                .toList();
    }
}
