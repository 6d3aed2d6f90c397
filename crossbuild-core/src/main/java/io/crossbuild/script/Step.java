// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import io.crossbuild.spec.InputSpec;
import java.util.List;

/**
 * One logical line of a build file: a command with all the lines that belong to it.
 *
 * @param line its first line in the file, from 1; directives before it are not counted in
 * @param endLine its last line
 * @param text the lines as they stand in the file, joined by line feeds, without a last one
 * @param directives those that stand before it, in their order
 */
public record Step(int line, int endLine, String text, List<Directive> directives) {
    public Step {
        directives = List.copyOf(directives);
    }

    /**
     * What its directives bring into the guest.
     *
     * @param buildFile for messages
     */
    public List<InputSpec> inputs(String buildFile) {
        return directives.stream()
                .filter(Directive.Copy.class::isInstance)
                .map(Directive.Copy.class::cast)
                .map(copy ->
                        new InputSpec(buildFile, "line " + copy.line(), copy.source(), copy.destination(), List.of()))
                .toList();
    }

    /**
     * The guest directories that its directives make caches.
     *
     * @param project the scope of those without an id
     */
    public List<CacheName> caches(CacheScope project) {
        return directives.stream()
                .filter(Directive.Cache.class::isInstance)
                .map(Directive.Cache.class::cast)
                .map(cache -> new CacheName(cache.id().map(CacheScope::ofId).orElse(project), cache.directory()))
                .toList();
    }

    /** Whether it is run even if the store has its layer. */
    public boolean isAlwaysRun() {
        return directives.stream().anyMatch(Directive.Always.class::isInstance);
    }
}
