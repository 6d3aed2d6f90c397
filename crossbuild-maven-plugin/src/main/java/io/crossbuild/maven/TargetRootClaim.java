// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import java.nio.file.Path;
import java.util.List;

/**
 * An execution and the directory to which it extracts.
 *
 * @param module the name of its project
 * @param base the directory of its project
 * @param configuration everything that determines what is extracted
 * @param root a path returned by {@link RealPaths#of}
 * @param begun whether the goal is running or has run; otherwise Maven is going to run it
 */
record TargetRootClaim(
        String module, Path base, String execution, String goal, String configuration, Path root, boolean begun) {

    /** As classes of the JDK only: each module may have its own copy of the plugin's classes. */
    List<String> toTexts() {
        return List.of(
                module, base.toString(), execution, goal, configuration, root.toString(), Boolean.toString(begun));
    }

    static TargetRootClaim of(List<String> texts) {
        return new TargetRootClaim(
                texts.get(0),
                Path.of(texts.get(1)),
                texts.get(2),
                texts.get(3),
                texts.get(4),
                Path.of(texts.get(5)),
                Boolean.parseBoolean(texts.get(6)));
    }

    /** Whether both belong to the same execution. */
    boolean isSameExecution(TargetRootClaim other) {
        return base.equals(other.base)
                && module.equals(other.module)
                && execution.equals(other.execution)
                && goal.equals(other.goal);
    }

    /** Whether both extract the same, so that the later one changes nothing. */
    private boolean extractsTheSame(TargetRootClaim other) {
        return base.equals(other.base) && module.equals(other.module) && configuration.equals(other.configuration);
    }

    /** Whether one of two executions would remove or replace what the other extracted. */
    boolean conflictsWith(TargetRootClaim other, RealPaths paths) {
        boolean inside = paths.isSameOrInside(root, other.root);
        boolean around = paths.isSameOrInside(other.root, root);
        return (inside || around) && !(inside && around && (isSameExecution(other) || extractsTheSame(other)));
    }

    /** Its name in messages. */
    String text() {
        return "execution '" + execution + "' (crossbuild:" + goal + " of " + module + ")";
    }
}
