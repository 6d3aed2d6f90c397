// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso.hint;

import io.crossbuild.closure.ClosureRequest.NamedLibrary;
import io.crossbuild.closure.Hint;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.closure.Priority;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Libraries that objects of the closure open by name: those that they declare in a note, those that glibc is known to
 * open, and those that an object only names in its strings.
 */
final class PluginHints implements HintSource {
    /** misc/unwind-link.c and inet/idna.c of glibc. */
    private static final List<NamedByLibc> NAMED_BY_LIBC = List.of(
            new NamedByLibc(
                    "libgcc_s.so.1", Priority.RECOMMENDED, "opened by libc.so.6 when a thread is cancelled or exits"),
            new NamedByLibc(
                    "libidn2.so.0", Priority.SUGGESTED, "opened by libc.so.6 for internationalized names of hosts"));

    private record NamedByLibc(String name, Priority priority, String reason) {}

    @Override
    public List<Hint> find(HintContext context) throws IOException, CrossbuildException {
        List<Hint> hints = new ArrayList<>();
        Set<String> told = new HashSet<>();
        for (Map.Entry<String, ElfFile> object : context.objects().entrySet()) {
            for (String note : object.getValue().dlopenNotes()) {
                for (DlopenNote entry : DlopenNote.parse(note)) {
                    declared(context, object.getKey(), entry, told).ifPresent(hints::add);
                }
            }
        }
        Optional<String> libc = context.object("libc.so.6");
        if (libc.isPresent()) {
            for (NamedByLibc named : NAMED_BY_LIBC) {
                NamedLibrary library = new NamedLibrary(named.name(), libc.get());
                if (told.add(named.name()) && !context.hasName(named.name()) && context.canOpen(library)) {
                    hints.add(Hint.library(HintGroup.DLOPEN, named.priority(), library, named.reason()));
                }
            }
        }
        for (String object : context.objects().keySet()) {
            for (String text : context.texts(object)) {
                NamedLibrary library = new NamedLibrary(text, object);
                // Modules of the name service are a separate group.
                boolean candidate = text.startsWith("lib") && !text.startsWith("libnss_");
                if (candidate && told.add(text) && !context.hasName(text) && context.canOpen(library)) {
                    hints.add(Hint.library(
                            HintGroup.DLOPEN, Priority.SUGGESTED, library, "named in the text of " + object));
                }
            }
        }
        return hints;
    }

    /** The first alternative that can be opened. */
    private static Optional<Hint> declared(HintContext context, String object, DlopenNote entry, Set<String> told)
            throws IOException, CrossbuildException {
        for (String soname : entry.sonames()) {
            if (context.hasName(soname)) {
                return Optional.empty();
            }
            NamedLibrary library = new NamedLibrary(soname, object);
            if (context.canOpen(library)) {
                String what = entry.feature().isEmpty() ? "" : " for '" + entry.feature() + "'";
                String why = entry.description().isEmpty() ? "" : ": " + entry.description();
                return told.add(soname)
                        ? Optional.of(Hint.library(
                                HintGroup.DLOPEN, entry.priority(), library, "declared by " + object + what + why))
                        : Optional.empty();
            }
        }
        return Optional.empty();
    }
}
