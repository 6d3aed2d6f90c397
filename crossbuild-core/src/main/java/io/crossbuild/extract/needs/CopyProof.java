// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.needs;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ClosureException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import io.crossbuild.extract.plan.TargetPaths;
import io.crossbuild.ldso.ClosureProof;
import io.crossbuild.ldso.ClosureResolver;
import io.crossbuild.ldso.LoaderOptions;
import io.crossbuild.tree.HostFileTree;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Applies the loader's rules again, in the target root as it is on the host now: they must lead to the copies of the
 * same files. Files that others put there can interfere, and a path in the guest's /root that is compiled into a
 * program is useless after the program was moved from there.
 */
final class CopyProof {
    private static final int SHOWN = 10;

    private final boolean mustStart;
    private final LoaderOptions loader;
    private final ClosureRequest request;
    private final Closure original;
    private final Predicate<String> isHome;

    /**
     * @param mustStart whether a difference is an error, if there is a program
     * @param isHome whether the target of an opened path is relative to the guest's /root
     */
    CopyProof(
            boolean mustStart,
            LoaderOptions loader,
            ClosureRequest request,
            Closure original,
            Predicate<String> isHome) {
        this.mustStart = mustStart;
        this.loader = loader;
        this.request = request;
        this.original = original;
        this.isHome = isHome;
    }

    /**
     * Reports differences: as an error if there is a program that must start, otherwise as a warning.
     *
     * @param exact whether the target root has the same links as the guest
     * @throws ClosureException if it is an error
     */
    void check(Path root, boolean exact, BuildListener listener) throws IOException, CrossbuildException {
        List<String> differences;
        try (HostFileTree tree = HostFileTree.open(root)) {
            // The copy must work with its own cache.
            Closure copy = new ClosureResolver(tree, loader.withLdconfig(false)).resolve(moved());
            // A link that became a separate file results in different objects from the same files.
            differences = ClosureProof.compare(original, copy, this::place).differences().stream()
                    .filter(d -> exact
                            || d.kind() == ClosureProof.Difference.Kind.LOST
                            || d.kind() == ClosureProof.Difference.Kind.MISSING)
                    .map(d -> "'" + d.path() + "': " + words(d.kind()) + d.detail())
                    .toList();
        } catch (ClosureException e) {
            differences = List.of(String.valueOf(e.getMessage()));
        } catch (AccessDeniedException e) {
            // The file's mode does not let this user read it.
            listener.onEvent(new Warning.CopyUnchecked(root, String.valueOf(e.getFile())));
            return;
        }
        if (differences.isEmpty()) {
            return;
        }
        boolean moved = original.files().stream().anyMatch(f -> isHome.test(f.path()));
        if (request.program() == null || !mustStart) {
            listener.onEvent(new Warning.CopyDiffers(root, differences, moved));
            return;
        }
        throw new ClosureException(
                "The loader finds different files in '" + root + "' than in the guest\n  "
                        + differences.stream().limit(SHOWN).collect(Collectors.joining("\n  "))
                        + (differences.size() > SHOWN ? "\n  and " + (differences.size() - SHOWN) + " more" : ""),
                (moved ? AdviceKey.ABSOLUTE_PATHS_OR_EMPTY_TARGET_ROOT : AdviceKey.EMPTY_TARGET_ROOT).advice());
    }

    private static String words(ClosureProof.Difference.Kind kind) {
        return switch (kind) {
            case LOST -> "not opened there: ";
            case ADDED -> "opened only there: ";
            case MISSING, LOADED_DIFFERENTLY -> "";
        };
    }

    private ClosureRequest moved() {
        String program = request.program();
        return new ClosureRequest(
                program == null ? null : place(program),
                request.addons().stream().map(this::place).toList(),
                request.libraries().stream()
                        .map(l -> new ClosureRequest.NamedLibrary(l.name(), placeOf(l.openedBy())))
                        .toList());
    }

    private @Nullable String placeOf(@Nullable String path) {
        return path == null ? null : place(path);
    }

    private String place(String path) {
        return isHome.test(path) ? path.substring(TargetPaths.HOME.length()) : path;
    }
}
