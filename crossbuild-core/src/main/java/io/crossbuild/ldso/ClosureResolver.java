// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.elf.ElfFile;
import io.crossbuild.error.ClosureException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what the loader of glibc or musl would open for a program and for the shared objects that it opens itself,
 * without running anything. Not safe for use by several threads; one resolver may be asked many times and gets faster.
 */
public final class ClosureResolver {
    private final TreeView view;
    private final LoaderOptions options;
    private final Map<String, InstalledLoader> loaders = new HashMap<>();

    public ClosureResolver(FileTree tree, LoaderOptions options) {
        this.view = new TreeView(tree);
        this.options = options;
    }

    /**
     * Resolves a program and its addons.
     *
     * @param program absolute path in the tree of a program; null to resolve each addon on its own
     * @param addons absolute paths in the tree of shared objects that the program opens at run time
     * @throws ClosureException when the program does not exist or is no program
     */
    public Closure resolve(@Nullable String program, List<String> addons) throws IOException, CrossbuildException {
        ClosureBuilder out = new ClosureBuilder();
        LoaderProcess process = program == null ? null : start(program, out);
        for (String addon : addons) {
            addon(addon, process, out);
        }
        return out.build();
    }

    private @Nullable LoaderProcess start(String path, ClosureBuilder out) throws IOException, CrossbuildException {
        TreeView.Present file = view.regularFile(path)
                .orElseThrow(() -> new ClosureException(
                        "Cannot resolve '" + path + "': no such file (expected a program)",
                        "Check the path of the program"));
        if (!(view.elf(file) instanceof TreeView.Elf elf)) {
            throw new ClosureException("Cannot resolve '" + path + "': not an ELF file (expected a program)", null);
        }
        out.opened(path, file, new Reason(null, path, SearchRule.PROGRAM, null));
        if (elf.file().interpreter() == null) {
            return null;
        }
        LoadedObject main = LoadedObject.program(path, file, elf.file());
        return start(main, elf.file().interpreter(), true, out);
    }

    private LoaderProcess start(LoadedObject main, String interpreter, boolean isProgram, ClosureBuilder out)
            throws IOException, CrossbuildException {
        Optional<TreeView.Present> loaderFile = view.regularFile(interpreter);
        if (loaderFile.isPresent()) {
            Reason reason = new Reason(main.path(), interpreter, SearchRule.INTERPRETER, null);
            out.opened(interpreter, loaderFile.get(), reason);
            out.request(interpreter, reason, List.of());
        }
        InstalledLoader loader = loader(interpreter, loaderFile.orElse(null), main.elf());
        LoaderProcess process =
                loader.process(main, isProgram, loader.profiles().get(0), out);
        process.start();
        return process;
    }

    private InstalledLoader loader(String path, TreeView.@Nullable Present file, @Nullable ElfFile program)
            throws IOException, CrossbuildException {
        InstalledLoader known = loaders.get(path);
        if (known == null) {
            if (program == null) {
                throw new IllegalArgumentException("a program without a file");
            }
            known = GlibcLoader.open(view, options, path, file, program.header());
            loaders.put(path, known);
        }
        return known;
    }

    private void addon(String path, @Nullable LoaderProcess process, ClosureBuilder out)
            throws IOException, CrossbuildException {
        Optional<TreeView.Present> file = view.regularFile(path);
        if (file.isEmpty()) {
            out.skipped(new SkippedFile(path, SkippedFile.Cause.NOT_LOADABLE, "no such file"));
        } else if (!(view.elf(file.get()) instanceof TreeView.Elf elf)) {
            out.skipped(new SkippedFile(path, SkippedFile.Cause.NOT_LOADABLE, "not an ELF file"));
        } else {
            out.opened(path, file.get(), new Reason(null, path, SearchRule.ADDON, null));
            if (process != null) {
                process.copy().open(path, file.get(), elf);
            } else if (elf.file().interpreter() != null) {
                start(
                        LoadedObject.program(path, file.get(), elf.file()),
                        elf.file().interpreter(),
                        true,
                        out);
            }
        }
    }
}
