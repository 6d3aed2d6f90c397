// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.ProbedPath;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.elf.ElfFile;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a search.
 *
 * @param hit null when nothing was found
 * @param refused every path tried and not taken, in order
 * @param dependsOnCpu whether another processor could give another answer
 */
record SearchResult(@Nullable Hit hit, List<ProbedPath> refused, boolean dependsOnCpu) {
    SearchResult {
        refused = List.copyOf(refused);
    }

    /**
     * A file that the loader takes.
     *
     * @param cacheEntry the cache's entry when only the cache leads to this path
     */
    record Hit(
            String path,
            TreeView.Present file,
            ElfFile elf,
            SearchRule rule,
            @Nullable String source,
            LibraryCache.@Nullable Entry cacheEntry) {}
}
