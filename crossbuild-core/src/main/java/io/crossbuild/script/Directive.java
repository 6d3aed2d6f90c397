// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import java.util.Optional;

/** A comment that crossbuild reads and OPS ignores: {@code #@ NAME ARGUMENTS}. It applies to the next step. */
public sealed interface Directive {
    /** The directive's line in the build file, from 1. */
    int line();

    /** {@code #@ copy SRC DST}: brings a file or directory of the host into the guest before the step runs. */
    record Copy(int line, String source, String destination) implements Directive {}

    /**
     * {@code #@ cache [id=NAME] DIR}: from the next step on, a guest directory whose content outlives the build and is
     * not in any layer.
     *
     * @param id shares the cache with other projects; without an id it belongs to this project
     * @param directory absolute
     */
    record Cache(int line, Optional<String> id, String directory) implements Directive {}

    /** {@code #@ always}: the step runs even if the store has its layer. */
    record Always(int line) implements Directive {}

    /** {@code #@ network none}: the step runs without a network. */
    record Network(int line) implements Directive {}

    /**
     * {@code #@ secret NAME [env=VARIABLE] [target=FILE]}: the step gets a value that nothing else gets to see.
     *
     * @param variable the environment variable with the value; empty for none
     * @param file the absolute path of a file in memory with the value; empty for none
     */
    record Secret(int line, String name, Optional<String> variable, Optional<String> file) implements Directive {}

    /** {@code #@ trace}: which files the step reads is recorded, and they are extracted. */
    record Trace(int line) implements Directive {}
}
