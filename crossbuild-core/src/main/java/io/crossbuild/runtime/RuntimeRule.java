// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.runtime;

import io.crossbuild.closure.HintGroup;
import java.util.List;
import java.util.Set;

/**
 * One rule about run-time files.
 *
 * @param name short, unique
 * @param what the files, for people, such as "the home of Java"
 * @param source where it is written that a program opens these files
 * @param triggers any of them makes the rule apply
 * @param with a symbol that an object must import for the rule's texts to count; empty for none
 * @param take patterns of paths without which the program does not start or not do its plain work
 * @param suggest patterns of paths that only some uses need
 * @param except names of files and directories that are left out, as globs
 * @param groups groups of hints that are taken as if the user had requested them
 * @param home whether this is all that the trigger's package has for it, so that the package need not be searched
 */
record RuntimeRule(
        String name,
        String what,
        String source,
        List<Trigger> triggers,
        String with,
        List<String> take,
        List<String> suggest,
        List<String> except,
        Set<HintGroup> groups,
        boolean home) {
    RuntimeRule {
        triggers = List.copyOf(triggers);
        take = List.copyOf(take);
        suggest = List.copyOf(suggest);
        except = List.copyOf(except);
        groups = Set.copyOf(groups);
    }

    /** What a rule asks for. */
    enum Kind {
        /** A file of the closure, by its path: see {@link PathPattern}. */
        FILE,
        /** An object of the closure imports a symbol of this name. */
        IMPORT,
        /** An object of the closure contains this text, which ends where a path would end, or with a slash. */
        TEXT,
        /** The program's environment sets this variable. */
        ENV,
        /** The requested program itself. */
        PROGRAM
    }

    /** @param value a pattern, symbol, text or name; empty for a program */
    record Trigger(Kind kind, String value) {}
}
