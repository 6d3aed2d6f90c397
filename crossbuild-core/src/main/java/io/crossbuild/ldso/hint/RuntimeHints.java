// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso.hint;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.closure.Hint;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.ldso.ClosureResolver;
import io.crossbuild.ldso.LoaderOptions;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds files outside its closure that a program may open at run time. */
public final class RuntimeHints {
    private static final Map<HintGroup, HintSource> SOURCES = Map.of(
            HintGroup.DNS, new NameServiceHints(),
            HintGroup.TLS, new TlsHints(),
            HintGroup.LOCALE, new LocaleHints(),
            HintGroup.TZ, new TimeZoneHints(),
            HintGroup.GCONV, new CharacterSetHints(),
            HintGroup.TERMINFO, new TerminalHints(),
            HintGroup.DLOPEN, new PluginHints());

    private RuntimeHints() {}

    /**
     * Finds the hints of the given groups.
     *
     * @param options the options with which the closure was resolved
     * @param request what was resolved
     * @param closure the closure of the request
     * @return in the order of the groups; nothing that is already in the closure
     */
    public static List<Hint> find(
            FileTree tree, LoaderOptions options, ClosureRequest request, Closure closure, Set<HintGroup> groups)
            throws IOException, CrossbuildException {
        ClosureResolver resolver = new ClosureResolver(tree, options);
        HintContext context = new HintContext(tree, closure, resolver, request.program());
        List<Hint> result = new ArrayList<>();
        for (HintGroup group : HintGroup.values()) {
            HintSource source = SOURCES.get(group);
            if (source != null && groups.contains(group)) {
                result.addAll(source.find(context));
            }
        }
        return result;
    }
}
