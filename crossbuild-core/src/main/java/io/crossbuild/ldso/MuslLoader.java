// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.CpuProfile;
import io.crossbuild.closure.OpenReason;
import io.crossbuild.closure.ProbedPath;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A loader of musl, which is also its C library. */
final class MuslLoader implements InstalledLoader {
    private static final String DEFAULT_PATH = "/lib:/usr/local/lib:/usr/lib";
    private static final int MAX_PATH_BYTES = 1 << 16;

    private final LoaderOptions options;
    private final LoadedObject object;
    private final AbiFilter filter;
    private final MuslSearch search;
    private final String pathFile;
    private final TreeView.@Nullable Present pathFileFound;

    private MuslLoader(
            LoaderOptions options,
            LoadedObject object,
            AbiFilter filter,
            MuslSearch search,
            String pathFile,
            TreeView.@Nullable Present pathFileFound) {
        this.options = options;
        this.object = object;
        this.filter = filter;
        this.search = search;
        this.pathFile = pathFile;
        this.pathFileFound = pathFileFound;
    }

    /** @param path {@code PT_INTERP} */
    static MuslLoader open(
            TreeView view, LoaderOptions options, String path, TreeView.@Nullable Present file, ElfHeader program)
            throws IOException, CrossbuildException {
        LoadedObject object = file != null && view.elf(file) instanceof TreeView.Elf elf
                ? LoadedObject.library(path, path, file, elf.file(), null)
                : LoadedObject.withoutFile(path, path);
        String pathFile = MuslFacts.pathFile(path, program);
        TreeView.Lookup lookup = view.lookup(pathFile);
        String directories = DEFAULT_PATH;
        TreeView.Present found = null;
        if (lookup instanceof TreeView.Present present) {
            // The list replaces the default, even if it is empty or cannot be read.
            found = present;
            directories = present.node().isRegular() ? text(view.head(present, MAX_PATH_BYTES)) : "";
        } else if (((TreeView.Absent) lookup).refusal() == ProbedPath.Refusal.NOT_A_DIRECTORY
                || ((TreeView.Absent) lookup).refusal() == ProbedPath.Refusal.LINK_LOOP) {
            directories = "";
        }
        MuslSearch search = new MuslSearch(view, options, program, directories);
        return new MuslLoader(options, object, AbiFilter.musl(program), search, pathFile, found);
    }

    private static String text(byte[] content) {
        String text = new String(content, StandardCharsets.UTF_8);
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }

    @Override
    public List<CpuProfile> profiles() {
        return List.of(CpuProfile.BASELINE);
    }

    @Override
    public AbiFilter filter() {
        return filter;
    }

    @Override
    public LoaderProcess process(LoadedObject main, boolean mainIsProgram, CpuProfile cpu, ClosureBuilder out) {
        if (pathFileFound != null && pathFileFound.node().isRegular()) {
            OpenReason reason = new OpenReason(object.path(), pathFile, SearchRule.CONFIGURATION, null);
            out.opened(pathFile, pathFileFound, reason);
            out.request(pathFile, reason, List.of());
        }
        List<String> preloads = options.secure()
                ? List.of()
                : Arrays.stream(options.preload().split("[\\s:]"))
                        .filter(n -> !n.isEmpty())
                        .toList();
        return new MuslProcess(search, out, main, object, preloads);
    }
}
