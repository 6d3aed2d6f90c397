// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.ProbedPath;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.elf.DynamicSection;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How musl's loader finds the file for a name: {@code load_library}, {@code path_open} and {@code fixup_rpath} of
 * ldso/dynlink.c. There is no cache, no subdirectory for processors and no filter: the first file that can be opened is
 * used.
 */
final class MuslSearch {
    /** {@code char buf[2*NAME_MAX+2]}: longer paths are skipped. */
    private static final int MAX_PATH = 512;

    private static final int MAX_NAME = 255;

    private final TreeView view;
    private final LoaderOptions options;
    private final ElfHeader expected;
    /** null when the list could not be read: then there are no directories. */
    private final String systemPath;

    /** @param systemPath directories, separated by colons or line ends */
    MuslSearch(TreeView view, LoaderOptions options, ElfHeader expected, String systemPath) {
        this.view = view;
        this.options = options;
        this.expected = expected;
        this.systemPath = systemPath;
    }

    /** A search in progress; done is set when the loader stops searching, with or without a file. */
    private static final class Trail {
        final List<ProbedPath> refused = new ArrayList<>();
        SearchResult.@Nullable Hit hit;
        boolean done;
    }

    SearchResult find(String name, @Nullable LoadedObject requester) throws IOException, CrossbuildException {
        Trail trail = new Trail();
        if (name.contains("/")) {
            probe(name, SearchRule.PATH, null, trail);
            return new SearchResult(trail.hit, trail.refused, false);
        }
        if (name.length() <= MAX_NAME) {
            if (!options.secure()) {
                inPath(name, options.libraryPath(), SearchRule.LIBRARY_PATH, null, trail);
            }
            for (LoadedObject o = requester; o != null && !trail.done; o = o.requester()) {
                inRunPath(name, o, trail);
            }
            inPath(name, systemPath, SearchRule.SYSTEM_DIRECTORY, null, trail);
        }
        return new SearchResult(trail.hit, trail.refused, false);
    }

    private void inRunPath(String name, LoadedObject owner, Trail trail) throws IOException, CrossbuildException {
        DynamicSection dynamic = owner.dynamic();
        if (dynamic == null) {
            return;
        }
        SearchRule rule = dynamic.runpath() != null ? SearchRule.RUNPATH : SearchRule.RPATH;
        String path = dynamic.runpath() != null ? dynamic.runpath() : dynamic.rpath();
        if (path == null) {
            return;
        }
        String expanded = expand(path, owner);
        if (expanded == null) {
            trail.refused.add(new ProbedPath(
                    path, rule, owner.path(), ProbedPath.Refusal.UNKNOWN_TOKEN, "a token that musl does not know"));
            return;
        }
        inPath(name, expanded, rule, owner.path(), trail);
    }

    /** {@code fixup_rpath}: any token other than the origin makes the whole list void. */
    private @Nullable String expand(String path, LoadedObject owner) {
        for (int at = path.indexOf('$'); at >= 0; at = path.indexOf('$', at + 1)) {
            if (!path.startsWith("$ORIGIN", at) && !path.startsWith("${ORIGIN}", at)) {
                return null;
            }
        }
        if (!path.contains("$")) {
            return path;
        }
        // The program's caller controls its origin.
        boolean isProgram = owner.requester() == null && owner.name().isEmpty();
        if (owner.origin() == null
                || (options.secure() && (isProgram || !owner.origin().startsWith("/")))) {
            return null;
        }
        // An origin of "/" is empty here: it ends before the last slash.
        String origin = owner.origin().equals("/") ? "" : owner.origin();
        return path.replace("${ORIGIN}", origin).replace("$ORIGIN", origin);
    }

    /** {@code path_open}. Empty elements are skipped, they do not mean the working directory. */
    private void inPath(String name, String path, SearchRule rule, @Nullable String source, Trail trail)
            throws IOException, CrossbuildException {
        for (String directory : path.split("[:\n]")) {
            if (trail.done) {
                return;
            }
            String candidate = directory + "/" + name;
            if (!directory.isEmpty() && candidate.length() < MAX_PATH) {
                probe(candidate, rule, source == null ? directory : source, trail);
            }
        }
    }

    private void probe(String path, SearchRule rule, @Nullable String source, Trail trail)
            throws IOException, CrossbuildException {
        String absolute = options.absolute(path);
        TreeView.Lookup lookup = view.lookup(absolute);
        if (lookup instanceof TreeView.Absent absent) {
            trail.refused.add(new ProbedPath(absolute, rule, source, absent.refusal(), absent.detail()));
            // ELOOP is not among the errors after which the search continues.
            trail.done = absent.refusal() == ProbedPath.Refusal.LINK_LOOP;
            return;
        }
        trail.done = true;
        TreeView.Present file = (TreeView.Present) lookup;
        if (!file.node().isRegular()) {
            trail.refused.add(
                    new ProbedPath(absolute, rule, source, ProbedPath.Refusal.NOT_LOADABLE, "not a regular file"));
            return;
        }
        TreeView.ElfAnswer answer = view.elf(file);
        String problem = problem(answer);
        if (problem != null) {
            trail.refused.add(new ProbedPath(absolute, rule, source, ProbedPath.Refusal.NOT_LOADABLE, problem));
        } else {
            trail.hit = new SearchResult.Hit(absolute, file, ((TreeView.Elf) answer).file(), rule, source, null);
        }
    }

    /** {@code map_library} rejects little; other problems would cause a crash, so they are errors here too. */
    private @Nullable String problem(TreeView.ElfAnswer answer) {
        if (answer instanceof TreeView.NotElf broken) {
            return broken.problem();
        }
        ElfFile file = ((TreeView.Elf) answer).file();
        ElfHeader h = file.header();
        if (h.elfClass() != expected.elfClass()
                || h.byteOrder() != expected.byteOrder()
                || h.machine() != expected.machine()) {
            return "for " + AbiFilter.describe(h) + " (expected " + AbiFilter.describe(expected) + ")";
        }
        if (h.type() != ElfHeader.TYPE_SHARED && h.type() != ElfHeader.TYPE_EXECUTABLE) {
            return "ELF type " + h.type() + " (expected a shared object)";
        }
        return file.dynamic() == null ? "no dynamic section" : null;
    }
}
