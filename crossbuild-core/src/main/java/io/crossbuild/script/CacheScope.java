// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The builds that share a cache: those of one project, or those that name the same id.
 *
 * @param name unique among the scopes of its kind
 */
public record CacheScope(Kind kind, String name) {
    /** How a scope is named. */
    public enum Kind {
        /** A Maven project: {@code groupId:artifactId}. */
        PROJECT,
        /** A directory with a build file, by its real path. */
        DIRECTORY,
        /** The value of {@code id=} in a build file. */
        ID;

        /** The text form in the store. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * The scope of the caches that have no id.
     *
     * @param project {@code groupId:artifactId}; null where there is none
     * @param buildFile whose directory is the scope if there is no project
     * @throws IOException when that directory cannot be found
     */
    public static CacheScope of(@Nullable String project, Path buildFile) throws IOException {
        if (project != null) {
            return new CacheScope(Kind.PROJECT, project);
        }
        Path directory =
                buildFile.toAbsolutePath().normalize().resolveSibling("").toRealPath();
        return new CacheScope(Kind.DIRECTORY, directory.toString());
    }

    static CacheScope ofId(String id) {
        return new CacheScope(Kind.ID, id);
    }

    /** For messages. */
    public String text() {
        return kind == Kind.ID ? "id=" + name : name;
    }
}
