// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import io.crossbuild.spec.InputSpec;
import java.util.List;

/**
 * One logical line of a build file: a command with all its lines.
 *
 * @param line its first line in the file, from 1, not counting directives before it
 * @param endLine its last line
 * @param text the lines as in the file, joined by line feeds, without a final one
 * @param directives the directives before it, in order
 */
public record Step(int line, int endLine, String text, List<Directive> directives) {
    public Step {
        directives = List.copyOf(directives);
    }

    /**
     * The files that its directives bring into the guest.
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
     * The caches that its directives declare.
     *
     * @param project the scope of caches without an id
     */
    public List<CacheName> caches(CacheScope project) {
        return directives.stream()
                .filter(Directive.Cache.class::isInstance)
                .map(Directive.Cache.class::cast)
                .map(cache -> new CacheName(cache.id().map(CacheScope::ofId).orElse(project), cache.directory()))
                .toList();
    }

    /** The secrets that it gets. */
    public List<Directive.Secret> secrets() {
        return directives.stream()
                .filter(Directive.Secret.class::isInstance)
                .map(Directive.Secret.class::cast)
                .toList();
    }

    /** Whether it runs even if the store has its layer. */
    public boolean isAlwaysRun() {
        return directives.stream().anyMatch(Directive.Always.class::isInstance);
    }

    /** Whether it runs without a network. */
    public boolean isOffline() {
        return directives.stream().anyMatch(Directive.Network.class::isInstance);
    }

    /** Whether it is recorded which files it reads. */
    public boolean isTraced() {
        return directives.stream().anyMatch(Directive.Trace.class::isInstance);
    }
}
