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
import java.util.Set;

/** Finds files outside its closure that a program may open at run time. */
public final class RuntimeHints {
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
            if (groups.contains(group)) {
                result.addAll(source(group).find(context));
            }
        }
        return result;
    }

    /** A group that is added does not compile without a source here. */
    static HintSource source(HintGroup group) {
        return switch (group) {
            case DNS -> new NameServiceHints();
            case TLS -> new TlsHints();
            case LOCALE -> new LocaleHints();
            case TZ -> new TimeZoneHints();
            case GCONV -> new CharacterSetHints();
            case TERMINFO -> new TerminalHints();
            case DLOPEN -> new PluginHints();
        };
    }
}
