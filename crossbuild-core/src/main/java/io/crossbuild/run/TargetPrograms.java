// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.run;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.NotBuiltException;
import io.crossbuild.extract.manifest.OwnFiles;
import io.crossbuild.guest.TargetProgram;
import io.crossbuild.spec.ProgramCall;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.HostFileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Finds programs in a target root. */
final class TargetPrograms {
    private static final String HOME = "/root/";

    private TargetPrograms() {}

    /**
     * The program that a call means.
     *
     * @throws NotBuiltException when there is no such target root
     * @throws ConfigException when there is no such program or working directory
     */
    static TargetProgram find(
            Path targetRoot, ProgramCall call, Map<String, String> variables, String workingDirectory, boolean network)
            throws IOException, CrossbuildException {
        if (!Files.isDirectory(targetRoot)) {
            throw new NotBuiltException(
                    "Cannot run '" + call.program() + "' from '" + targetRoot
                            + "': there is no such directory (expected the result of an extraction)",
                    AdviceKey.BUILD_FIRST.advice());
        }
        if (new OwnFiles(targetRoot).isBetweenStates()) {
            throw new NotBuiltException(
                    "Cannot run '" + call.program() + "' from '" + targetRoot
                            + "': an extraction into it was interrupted, or is running (expected a complete one)",
                    AdviceKey.BUILD_FIRST.advice());
        }
        try (FileTree tree = HostFileTree.open(targetRoot)) {
            String path = path(call.program());
            if (!(TreePaths.resolve(tree, path) instanceof TreePaths.Found file)
                    || !file.node().isRegular()) {
                throw new ConfigException(
                        targetRoot.toString(),
                        List.of("Program '" + path + "' is not there (expected a file)"),
                        AdviceKey.BUILD_FIRST.advice());
            }
            if (!(TreePaths.resolve(tree, workingDirectory) instanceof TreePaths.Found directory)
                    || !directory.node().isDirectory()) {
                throw new ConfigException(
                        targetRoot.toString(),
                        List.of("working directory '" + workingDirectory + "' is not there (expected a directory)"),
                        null);
            }
            List<String> command = new ArrayList<>(List.of(path));
            command.addAll(call.args());
            return new TargetProgram(command, variables, directory.path(), network);
        }
    }

    /** An entry of config.json is relative to the guest's /root, and there to the target root. */
    private static String path(String program) {
        String absolute = program.startsWith("/") ? program : clean(HOME + program);
        return !program.startsWith("/") && absolute.startsWith(HOME) ? absolute.substring(HOME.length() - 1) : absolute;
    }

    private static String clean(String path) {
        List<String> names = new ArrayList<>();
        for (String name : path.split("/")) {
            if (name.equals("..")) {
                if (!names.isEmpty()) {
                    names.remove(names.size() - 1);
                }
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        return "/" + String.join("/", names);
    }
}
