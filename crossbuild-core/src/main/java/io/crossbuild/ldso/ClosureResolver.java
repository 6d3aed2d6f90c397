// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.closure.OpenReason;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ClosureException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what the loader of glibc or musl would open for a program and for the shared objects that it opens itself,
 * without running anything. Not safe for use by several threads. A resolver may be used many times and gets faster.
 */
public final class ClosureResolver {
    private final TreeView view;
    private final ProgramLauncher launcher;

    /** @param tree must not change while the resolver is in use */
    public ClosureResolver(FileTree tree, LoaderOptions options) {
        this.view = new TreeView(tree);
        this.launcher = new ProgramLauncher(view, options);
    }

    /**
     * Resolves a program and its addons.
     *
     * @param program absolute path in the tree of a program or script; null to resolve each addon on its own
     * @param addons absolute paths in the tree of files that the program opens or runs at run time: shared objects are
     *     resolved together with the program's libraries, programs on their own
     * @throws ClosureException when the program does not exist or is not a file
     */
    public Closure resolve(@Nullable String program, List<String> addons) throws IOException, CrossbuildException {
        return resolve(new ClosureRequest(program, addons, List.of()));
    }

    /**
     * Resolves a program, its addons, and libraries that it opens by name.
     *
     * @throws ClosureException when the program does not exist or is not a file
     */
    public Closure resolve(ClosureRequest request) throws IOException, CrossbuildException {
        ClosureBuilder out = new ClosureBuilder();
        RunningProgram running = request.program() == null ? null : launch(request.program(), out);
        AddonOpener opener = new AddonOpener(view, launcher, running, out);
        for (String addon : request.addons()) {
            opener.open(addon);
        }
        for (ClosureRequest.NamedLibrary library : request.libraries()) {
            opener.openByName(library);
        }
        return LoadedFirst.excuse(view, request, out.build());
    }

    private @Nullable RunningProgram launch(String path, ClosureBuilder out) throws IOException, CrossbuildException {
        TreeView.Lookup lookup = view.lookup(path);
        if (!(lookup instanceof TreeView.Present file) || !file.node().isRegular()) {
            String found = lookup instanceof TreeView.Absent absent ? absent.detail() : "not a regular file";
            throw new ClosureException(
                    "Cannot resolve '" + path + "': " + found + " (expected a program)",
                    AdviceKey.INSTALL_PROGRAM.advice());
        }
        OpenReason reason = new OpenReason(null, path, SearchRule.PROGRAM, null);
        return launcher.launch(path, file, reason, out).orElse(null);
    }
}
