// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.closure.OpenReason;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.closure.SkippedFile;
import io.crossbuild.elf.DynamicSection;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.elf.NeededLibrary;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Opens files that a program may load or run itself. Some of them are not meant for this program: packages of prebuilt
 * files contain variants for other processors and C libraries, which are left out with a reason.
 */
final class AddonOpener {
    private final TreeView view;
    private final ProgramLauncher launcher;
    private final @Nullable RunningProgram program;
    private final ClosureBuilder out;

    /** @param program the running program; null to resolve each addon on its own */
    AddonOpener(TreeView view, ProgramLauncher launcher, @Nullable RunningProgram program, ClosureBuilder out) {
        this.view = view;
        this.launcher = launcher;
        this.program = program;
        this.out = out;
    }

    void open(String path) throws IOException, CrossbuildException {
        Optional<TreeView.Present> file = view.regularFile(path);
        if (file.isEmpty()) {
            skip(path, SkippedFile.Cause.NOT_LOADABLE, "no such file");
            return;
        }
        TreeView.ElfAnswer answer = view.elf(file.get());
        if (answer instanceof TreeView.NotElf broken) {
            skip(path, SkippedFile.Cause.NOT_LOADABLE, broken.problem());
            return;
        }
        TreeView.Elf elf = (TreeView.Elf) answer;
        Optional<SkippedFile> foreign = foreign(path, elf.file());
        if (foreign.isPresent()) {
            out.skipped(foreign.get());
            return;
        }
        OpenReason reason = new OpenReason(null, path, SearchRule.ADDON, null);
        if (elf.file().isProgram()) {
            launcher.launch(path, file.get(), reason, out);
            return;
        }
        DynamicSection dynamic = elf.file().dynamic();
        if (elf.file().header().type() != ElfHeader.TYPE_SHARED || dynamic == null) {
            skip(path, SkippedFile.Cause.STATIC, "no dynamic section");
            return;
        }
        out.opened(path, file.get(), reason);
        out.request(path, reason, List.of());
        if (program != null) {
            program.open(path, file.get(), elf);
        } else {
            LoadedObject main = LoadedObject.library(path, path, file.get(), elf.file(), null);
            launcher.start(path, main, elf.file(), ownLoader(elf.file()), false, out);
        }
    }

    void openByName(ClosureRequest.NamedLibrary library) throws IOException, CrossbuildException {
        if (program == null) {
            skip(library.name(), SkippedFile.Cause.NOT_LOADABLE, "no dynamic program to open it");
        } else if (!program.openByName(library.name(), library.openedBy())) {
            skip(library.name(), SkippedFile.Cause.NOT_LOADABLE, "not found");
        }
    }

    /** Why a file is not for this program; empty if it is. */
    private Optional<SkippedFile> foreign(String path, ElfFile file) throws IOException, CrossbuildException {
        boolean isProgram = file.isProgram();
        String loader = isProgram ? file.interpreter() : ownLoader(file);
        boolean present = loader != null && view.regularFile(loader).isPresent();
        if (isProgram && present) {
            return Optional.empty();
        }
        if (program == null) {
            return loader == null || present
                    ? Optional.empty()
                    : skipped(
                            path,
                            SkippedFile.Cause.OTHER_MACHINE,
                            "for " + AbiFilter.describe(file.header()) + ", whose loader '" + loader
                                    + "' does not exist");
        }
        Optional<AbiFilter.Objection> objection = program.loader().filter().objection(file.header());
        if (objection.isPresent()) {
            return skipped(
                    path, SkippedFile.Cause.OTHER_MACHINE, objection.get().detail());
        }
        boolean musl = loader != null && ProgramLauncher.isMusl(loader);
        boolean muslProgram = program.loader() instanceof MuslLoader;
        // A glibc loader next to musl is a compatibility layer; there is none for the opposite case.
        if (loader != null && musl != muslProgram && (musl || !present)) {
            return skipped(
                    path,
                    SkippedFile.Cause.OTHER_LIBC,
                    "for " + (musl ? "musl" : "glibc") + " (expected " + (muslProgram ? "musl" : "glibc") + ")");
        }
        return Optional.empty();
    }

    private static Optional<SkippedFile> skipped(String path, SkippedFile.Cause cause, String why) {
        return Optional.of(new SkippedFile(path, cause, why));
    }

    /** The loader for which a shared object was made, judging by the C library that it names. */
    private String ownLoader(ElfFile file) throws IOException, CrossbuildException {
        if (file.interpreter() != null) {
            return file.interpreter();
        }
        String musl = DefaultLoaders.musl(file.header());
        String glibc = DefaultLoaders.glibc(file.header());
        DynamicSection dynamic = file.dynamic();
        if (dynamic != null) {
            for (NeededLibrary d : dynamic.dependencies()) {
                if (d.name().startsWith("libc.musl-") || d.name().equals("libc.so")) {
                    return musl;
                }
                if (d.name().startsWith("libc.so.6") || d.name().startsWith("ld-linux")) {
                    return glibc;
                }
            }
        }
        if (program != null) {
            return program.loader() instanceof MuslLoader ? musl : glibc;
        }
        return view.regularFile(glibc).isPresent() || view.regularFile(musl).isEmpty() ? glibc : musl;
    }

    private void skip(String path, SkippedFile.Cause cause, String why) {
        out.skipped(new SkippedFile(path, cause, why));
    }
}
