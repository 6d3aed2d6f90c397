// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.closure.MissingFile;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.closure.ProvidedLibrary;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.closure.StartProblem;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.SystemDirectories;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the libraries that addons miss only because each addon is resolved as if it were the first that the program
 * opens.
 *
 * <p>glibc's loader compares a needed name with the {@code DT_SONAME} of each object in the process before it searches
 * any directory ({@code _dl_map_object} of elf/dl-load.c). So libjava.so finds libjvm.so, which is in no directory that
 * is searched, because Java's launcher has opened it by its path. musl does not: it compares the names by which objects
 * were found in a search ({@code load_library} of ldso/dynlink.c).
 *
 * <p>Which object a program opens first is in its code. An object of the same program is taken to be opened first: one
 * that has a directory in common with the addon, other than a directory of the system or of many packages.
 */
final class LoadedFirst {
    private static final Set<String> OF_MANY_PACKAGES =
            Set.of("node_modules", "site-packages", "dist-packages", "gems", "jvm");

    private final TreeView view;
    private final Map<String, List<OpenedFile>> providers = new HashMap<>();

    private LoadedFirst(TreeView view) {
        this.view = view;
    }

    /** The same closure without the problems of libraries that are provided. */
    static Closure excuse(TreeView view, ClosureRequest request, Closure closure)
            throws IOException, CrossbuildException {
        // A loop, as every closure comes here and a lambda is slow in a Java that has just started.
        for (MissingFile missing : closure.missing()) {
            if (!missing.root().equals(request.program())) {
                return new LoadedFirst(view).excused(request, closure);
            }
        }
        return closure;
    }

    private Closure excused(ClosureRequest request, Closure closure) throws IOException, CrossbuildException {
        Map<String, OpenedFile> files = new HashMap<>();
        for (OpenedFile file : closure.files()) {
            files.putIfAbsent(file.path(), file);
            @Nullable String soname = soname(file.path());
            if (soname != null) {
                providers.computeIfAbsent(soname, s -> new ArrayList<>()).add(file);
            }
            if (file.reason().rule() == SearchRule.INTERPRETER && ProgramLauncher.isMusl(file.path())) {
                return closure;
            }
        }
        List<MissingFile> missing = new ArrayList<>();
        List<ProvidedLibrary> provided = new ArrayList<>();
        Set<Excused> excused = new HashSet<>();
        for (MissingFile m : closure.missing()) {
            @Nullable OpenedFile requester = files.get(m.requester());
            Optional<OpenedFile> provider =
                    requester == null || m.root().equals(request.program()) || isProgram(m.root())
                            ? Optional.empty()
                            : provider(m, requester);
            if (provider.isPresent()) {
                provided.add(new ProvidedLibrary(
                        m.root(), m.requester(), m.name(), provider.get().path()));
                excused.add(new Excused(m.root(), m.requester(), MissingProblem.message(m)));
            } else {
                missing.add(m);
            }
        }
        List<StartProblem> problems = closure.problems().stream()
                .filter(p -> !excused.contains(new Excused(p.root(), p.file(), p.message())))
                .toList();
        return closure.without(missing, problems, provided);
    }

    private record Excused(String root, String file, String message) {}

    private Optional<OpenedFile> provider(MissingFile m, OpenedFile requester) {
        if (MissingProblem.kind(m) != StartProblem.Kind.MISSING_LIBRARY) {
            return Optional.empty();
        }
        return providers.getOrDefault(m.name(), List.of()).stream()
                .filter(p -> !p.canonicalPath().equals(requester.canonicalPath()))
                .filter(p -> areOfOneProgram(p.canonicalPath(), requester.canonicalPath()))
                .findFirst();
    }

    /** Whether the directories that two files have in common belong to one program. */
    static boolean areOfOneProgram(String a, String b) {
        String common = TreePaths.parent(a);
        while (!common.equals("/") && !b.startsWith(common + "/")) {
            common = TreePaths.parent(common);
        }
        String name = TreePaths.name(common);
        return !SystemDirectories.isGeneral(common) && !OF_MANY_PACKAGES.contains(name) && !name.startsWith("@");
    }

    private @Nullable String soname(String path) throws IOException, CrossbuildException {
        TreeView.@Nullable Elf elf = elf(path);
        return elf == null || elf.file().dynamic() == null
                ? null
                : elf.file().dynamic().soname();
    }

    private boolean isProgram(String path) throws IOException, CrossbuildException {
        TreeView.@Nullable Elf elf = elf(path);
        return elf != null && elf.file().isProgram();
    }

    private TreeView.@Nullable Elf elf(String path) throws IOException, CrossbuildException {
        Optional<TreeView.Present> file = view.regularFile(path);
        return file.isPresent() && view.elf(file.get()) instanceof TreeView.Elf elf ? elf : null;
    }
}
