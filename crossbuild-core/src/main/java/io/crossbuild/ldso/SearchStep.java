// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.SearchRule;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of the search for a name without a slash, in the order of ld.so(8). */
sealed interface SearchStep {
    /**
     * A list of directories.
     *
     * @param source the object that has the list, or null
     * @param directories with trailing slashes; empty for the working directory
     */
    record Directories(SearchRule rule, @Nullable String source, List<String> directories) implements SearchStep {
        public Directories {
            directories = List.copyOf(directories);
        }
    }

    /**
     * The library cache.
     *
     * @param excluded prefixes of paths that are skipped, for a requester with {@code DF_1_NODEFLIB}
     */
    record Cache(List<String> excluded) implements SearchStep {
        public Cache {
            excluded = List.copyOf(excluded);
        }
    }
}
