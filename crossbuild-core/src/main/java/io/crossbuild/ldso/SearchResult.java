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
 * @param refused every path that was tried and rejected, in order
 * @param dependsOnCpu whether the answer could be different on another processor
 */
record SearchResult(@Nullable Hit hit, List<ProbedPath> refused, boolean dependsOnCpu) {
    SearchResult {
        refused = List.copyOf(refused);
    }

    /**
     * A file that the loader uses.
     *
     * @param cacheEntry the cache's entry if only the cache leads to this path
     */
    record Hit(
            String path,
            TreeView.Present file,
            ElfFile elf,
            SearchRule rule,
            @Nullable String source,
            LibraryCache.@Nullable Entry cacheEntry) {}
}
