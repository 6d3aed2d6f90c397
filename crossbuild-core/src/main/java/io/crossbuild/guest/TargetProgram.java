// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import java.util.List;
import java.util.Map;

/**
 * A program to run in a target root.
 *
 * @param command its absolute path in the target root, and its arguments
 * @param variables all of its environment variables
 * @param directory its working directory: an absolute path in the target root, without links
 * @param network whether it can reach what the host can reach
 */
public record TargetProgram(List<String> command, Map<String, String> variables, String directory, boolean network) {
    public TargetProgram {
        command = List.copyOf(command);
        variables = Map.copyOf(variables);
    }

    /**
     * A command of the shell that sets the arguments of "env". The program is executed with a changed root and
     * directory by busybox's "nsenter", which needs nothing there.
     *
     * @param root where the target root is mounted
     */
    String script(String root) {
        StringBuilder script = new StringBuilder("set --");
        variables.forEach((name, value) -> add(script, name + "=" + value));
        add(script, "/bin/nsenter");
        add(script, "-r" + root);
        add(script, "-w" + root + directory);
        add(script, "--");
        command.forEach(word -> add(script, word));
        return script.append('\n').toString();
    }

    private static void add(StringBuilder script, String word) {
        script.append(" '").append(word.replace("'", "'\\''")).append('\'');
    }
}
