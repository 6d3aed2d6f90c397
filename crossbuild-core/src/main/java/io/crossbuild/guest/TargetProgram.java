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
     * The arguments of the script that runs it, on one line: last those of "env". The program is executed with a
     * changed root and directory by busybox's "nsenter", which needs nothing there.
     *
     * @param root where the target root is mounted
     */
    String arguments(String root) {
        StringBuilder line = new StringBuilder(network ? " network" : " alone");
        variables.forEach((name, value) -> add(line, name + "=" + value));
        add(line, "/bin/nsenter");
        add(line, "-r" + root);
        add(line, "-w" + root + directory);
        add(line, "--");
        command.forEach(word -> add(line, word));
        return line.toString();
    }

    /** A word in quotes in which only these characters mean something; the host's messages are lines. */
    private static void add(StringBuilder line, String word) {
        String text = word.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n");
        line.append(" $'").append(text).append('\'');
    }
}
