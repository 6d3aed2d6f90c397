// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to resolve.
 *
 * @param program absolute path in the tree of a program or script; null to resolve each addon on its own
 * @param addons absolute paths in the tree of files that the program opens or runs at run time: shared objects are
 *     resolved together with the program's libraries, programs on their own
 * @param libraries libraries that the program opens by a plain name
 */
public record ClosureRequest(@Nullable String program, List<String> addons, List<NamedLibrary> libraries) {
    public ClosureRequest {
        addons = List.copyOf(addons);
        libraries = List.copyOf(libraries);
    }

    /**
     * A library that is opened at run time by a name without a slash, as {@code dlopen("libnss_dns.so.2")} does.
     *
     * @param name without a slash
     * @param openedBy path of the object that opens it, whose search paths apply; null for an object without search
     *     paths
     */
    public record NamedLibrary(String name, @Nullable String openedBy) {}
}
