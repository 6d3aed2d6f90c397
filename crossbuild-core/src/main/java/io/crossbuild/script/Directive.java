// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import java.util.Optional;

/** A comment that crossbuild reads and OPS ignores: {@code #@ NAME ARGUMENTS}. It belongs to the step behind it. */
public sealed interface Directive {
    /** The directive's line in the build file, from 1. */
    int line();

    /** {@code #@ copy SRC DST}: brings a file or directory of the host into the guest before the step runs. */
    record Copy(int line, String source, String destination) implements Directive {}

    /**
     * {@code #@ cache [id=NAME] DIR}: a guest directory whose content outlives the build and is in no layer, from the step
     * behind it on.
     *
     * @param id shares it with other projects; without one it belongs to this one
     * @param directory absolute
     */
    record Cache(int line, Optional<String> id, String directory) implements Directive {}

    /** {@code #@ always}: the step is run even if the store has its layer. */
    record Always(int line) implements Directive {}
}
