// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.runtime;

import io.crossbuild.elf.ElfData;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.elf.ImportedSymbols;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Programs that a program starts and names: by a text that is exactly a name or a path, as {@code flex} contains
 * "/usr/bin/m4". Only programs of its own package and of those that this one needs count: the others may be missing in
 * the guest, too, so it does not rely on them.
 */
final class NamedPrograms {
    /** Functions that replace a process: exec(3), posix_spawn(3). */
    private static final Set<String> STARTING =
            Set.of("execv", "execve", "execvp", "execvpe", "execl", "execlp", "execle", "posix_spawn", "posix_spawnp");

    private static final int MAX_TEXT_BYTES = 256;
    private static final int WINDOW_BYTES = 1 << 18;

    private final FileTree tree;
    private final Map<String, String> paths = new HashMap<>();

    /** @param candidates paths of the files of those packages */
    NamedPrograms(FileTree tree, Collection<String> candidates) {
        this.tree = tree;
        for (String path : candidates) {
            String directory = TreePaths.parent(path);
            if (directory.endsWith("/bin") || directory.endsWith("/sbin")) {
                paths.put(path, path);
                paths.putIfAbsent(TreePaths.name(path), path);
                // Debian has merged these directories; packages and programs name either.
                paths.putIfAbsent(path.startsWith("/usr/") ? path.substring("/usr".length()) : "/usr" + path, path);
            }
        }
    }

    /** The programs that an ELF file names; none if it starts no program. */
    Set<String> of(FileNode program, String path) throws IOException, CrossbuildException {
        if (paths.isEmpty()) {
            return Set.of();
        }
        try (FileContent content = tree.open(program)) {
            if (!ElfFile.hasMagic(content) || Collections.disjoint(ImportedSymbols.of(content, path), STARTING)) {
                return Set.of();
            }
            Set<String> found = new TreeSet<>();
            for (ElfData.Stretch stretch : ElfData.of(content, path)) {
                collect(content, stretch, found);
            }
            found.removeIf(name -> TreePaths.name(name).equals(TreePaths.name(path)));
            return found;
        }
    }

    private void collect(FileContent content, ElfData.Stretch stretch, Set<String> found)
            throws IOException, CrossbuildException {
        ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES);
        byte[] text = new byte[MAX_TEXT_BYTES];
        int length = 0;
        for (long at = stretch.start(); at < stretch.end(); at += window.position()) {
            window.clear().limit((int) Math.min(WINDOW_BYTES, stretch.end() - at));
            while (window.hasRemaining() && content.read(window, at + window.position()) > 0) {
                // on to the end of the window or of the file
            }
            if (window.position() == 0) {
                return;
            }
            for (int i = 0; i < window.position(); i++) {
                byte b = window.get(i);
                if (b != 0) {
                    if (length < MAX_TEXT_BYTES) {
                        text[length] = b;
                    }
                    length++;
                } else {
                    if (length > 0 && length <= MAX_TEXT_BYTES) {
                        String path = paths.get(new String(text, 0, length, StandardCharsets.ISO_8859_1));
                        if (path != null) {
                            found.add(path);
                        }
                    }
                    length = 0;
                }
            }
        }
    }
}
