// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The command that the kernel makes of a script, for systems that start only ELF files. */
public final class ScriptCommand {
    private static final int MAX_SCRIPTS = 5;

    private ScriptCommand() {}

    /**
     * The program that finally runs, and the arguments before those of the caller. For a program that is no script, and
     * if an interpreter is relative or missing, this is only the path itself.
     *
     * @param path absolute
     */
    public static List<String> of(FileTree tree, String path) throws IOException, CrossbuildException {
        List<String> command = new ArrayList<>(List.of(path));
        for (int i = 0; i < MAX_SCRIPTS; i++) {
            Optional<ScriptLine> line = ScriptLine.parse(head(tree, command.get(0)));
            if (line.isEmpty()) {
                return command;
            }
            String interpreter = line.get().interpreter();
            if (!interpreter.startsWith("/") || !(TreePaths.resolve(tree, interpreter) instanceof TreePaths.Found)) {
                return List.of(path);
            }
            if (!line.get().argument().isEmpty()) {
                command.add(0, line.get().argument());
            }
            command.add(0, interpreter);
        }
        return List.of(path);
    }

    private static byte[] head(FileTree tree, String path) throws IOException, CrossbuildException {
        if (!(TreePaths.resolve(tree, path) instanceof TreePaths.Found found)
                || !found.node().isRegular()) {
            return new byte[0];
        }
        ByteBuffer head = ByteBuffer.allocate(ScriptLine.MAX_BYTES);
        try (FileContent content = tree.open(found.node())) {
            int read = 0;
            while (head.hasRemaining() && head.position() < content.sizeBytes() && read >= 0) {
                read = content.read(head, head.position());
            }
        }
        return Arrays.copyOf(head.array(), head.position());
    }
}
