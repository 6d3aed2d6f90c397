// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.dpkg.PackageDatabase;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.ldso.ClosureResolver;
import io.crossbuild.ldso.LoaderOptions;
import io.crossbuild.ldso.hint.RuntimeHints;
import io.crossbuild.report.ProgramClosure;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Resolves a closure and collects what is known about its files: sizes, packages, and what else may be opened. */
public final class ClosureSurvey {
    private ClosureSurvey() {}

    /**
     * Resolves a request.
     *
     * @throws io.crossbuild.error.ClosureException when the program does not exist or is not a file
     */
    public static ProgramClosure of(FileTree tree, LoaderOptions options, ClosureRequest request)
            throws IOException, CrossbuildException {
        Closure closure = new ClosureResolver(tree, options).resolve(request);
        Set<String> paths = new LinkedHashSet<>();
        Map<String, Long> bytes = new LinkedHashMap<>();
        for (OpenedFile file : closure.files()) {
            paths.add(file.canonicalPath());
            paths.addAll(file.links());
            Optional<FileNode> node = TreePaths.find(tree, file.canonicalPath());
            bytes.put(file.canonicalPath(), node.map(FileNode::sizeBytes).orElse(0L));
        }
        Optional<PackageDatabase> packages = PackageDatabase.open(tree);
        return new ProgramClosure(
                request,
                closure,
                options.secure(),
                packages.isEmpty() ? Map.of() : packages.get().owners(paths),
                bytes,
                RuntimeHints.find(tree, options, request, closure, EnumSet.allOf(HintGroup.class)));
    }
}
