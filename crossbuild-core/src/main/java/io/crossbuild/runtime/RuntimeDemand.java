// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.runtime;

import io.crossbuild.closure.HintGroup;
import java.util.List;
import java.util.Set;

/**
 * What one rule asks for.
 *
 * @param rule its name
 * @param what the files, for people, such as "the home of Java"
 * @param trigger the file, or for a variable of the environment its name, that made the rule apply
 * @param required whether the program does not start, or not do its plain work, without the files
 * @param roots the paths that a user would add to the configuration for the same files
 * @param files directories before what is in them
 * @param groups groups of hints that are wanted too
 */
public record RuntimeDemand(
        String rule,
        String what,
        String trigger,
        boolean required,
        List<String> roots,
        List<RuntimeFile> files,
        Set<HintGroup> groups) {
    public RuntimeDemand {
        roots = List.copyOf(roots);
        files = List.copyOf(files);
        groups = Set.copyOf(groups);
    }
}
