// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.runtime;

import io.crossbuild.elf.ElfData;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.elf.ImportedSymbols;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.io.BytePatterns;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.NameCodec;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an object says about files that it opens: symbols that it imports, texts of rules, and full paths of data files.
 *
 * <p>Of the paths, only regular files below /usr/share count, which contains the data of programs (FHS 4.11): Debian's
 * node does not start without the scripts below /usr/share/nodejs that its library names. Other paths are the system's
 * configuration, or directories of which it is unknown how much is needed. Code is not searched: see {@link ElfData}.
 *
 * @param imports names of symbols
 * @param texts those that were searched for
 * @param data paths of existing files, sorted
 */
record ObjectFacts(Set<String> imports, Set<String> texts, Set<String> data) {
    private static final ObjectFacts NONE = new ObjectFacts(Set.of(), Set.of(), Set.of());
    private static final String DATA = "/usr/share/";
    private static final int WINDOW_BYTES = 1 << 18;
    /** PATH_MAX of limits.h, with the zero at the end. */
    private static final int MAX_PATH_BYTES = 4096;
    /** More than any object names; each costs a search in the tree. */
    private static final int MAX_PATHS = 20_000;

    /**
     * Reads a file; one that is not an ELF file has no facts.
     *
     * @param texts to search for
     */
    static ObjectFacts of(FileTree tree, FileNode file, String path, Set<String> texts)
            throws IOException, CrossbuildException {
        try (FileContent content = tree.open(file)) {
            if (!ElfFile.hasMagic(content)) {
                return NONE;
            }
            ObjectFacts facts = new ObjectFacts(ImportedSymbols.of(content, path), new HashSet<>(), new TreeSet<>());
            new Search(tree, content, facts, texts).run(path);
            return facts;
        } catch (AccessDeniedException e) {
            // Possible in a directory of the host.
            return NONE;
        }
    }

    private static final class Search {
        private final FileTree tree;
        private final FileContent content;
        private final ObjectFacts facts;
        private final byte[][] texts;
        private final BytePatterns patterns;
        private int paths;

        Search(FileTree tree, FileContent content, ObjectFacts facts, Set<String> texts) {
            this.tree = tree;
            this.content = content;
            this.facts = facts;
            this.texts = texts.stream()
                    .map(t -> t.getBytes(StandardCharsets.US_ASCII))
                    .toArray(byte[][]::new);
            Set<String> all = new TreeSet<>(texts);
            all.add(DATA);
            this.patterns = BytePatterns.of(all.toArray(String[]::new));
        }

        void run(String path) throws IOException, CrossbuildException {
            long size = content.sizeBytes();
            ByteBuffer window = ByteBuffer.allocate((int) Math.min(WINDOW_BYTES + MAX_PATH_BYTES, size));
            for (ElfData.Stretch stretch : ElfData.of(content, path)) {
                for (long at = stretch.start(); at < stretch.end(); at += WINDOW_BYTES) {
                    int wanted = (int) Math.min(WINDOW_BYTES, stretch.end() - at);
                    window.clear().limit(Math.min(wanted + MAX_PATH_BYTES, window.capacity()));
                    while (window.hasRemaining() && content.read(window, at + window.position()) > 0) {
                        // on to the end of the window or of the file
                    }
                    collect(window.array(), window.position(), wanted);
                }
            }
        }

        /** @param wanted where the next window begins */
        private void collect(byte[] bytes, int length, int wanted) throws IOException, CrossbuildException {
            int start = patterns.find(bytes, 0, length);
            while (start >= 0 && start < wanted) {
                boolean known = false;
                for (byte[] text : texts) {
                    if (startsWith(bytes, length, start, text)) {
                        known = true;
                        int end = start + text.length;
                        if (bytes[end - 1] == '/' || end >= length || !isOfName(bytes[end])) {
                            facts.texts().add(new String(text, StandardCharsets.US_ASCII));
                        }
                    }
                }
                if (!known) {
                    data(bytes, length, start);
                }
                start = patterns.find(bytes, start + 1, length);
            }
        }

        private void data(byte[] bytes, int length, int start) throws IOException, CrossbuildException {
            int end = start;
            while (end < length && bytes[end] != 0 && end - start < MAX_PATH_BYTES) {
                end++;
            }
            if (end < length && bytes[end] == 0 && ++paths <= MAX_PATHS) {
                String path = NameCodec.decode(Arrays.copyOfRange(bytes, start, end));
                if (!path.contains("/../")
                        && TreePaths.find(tree, path)
                                .filter(FileNode::isRegular)
                                .isPresent()) {
                    facts.data().add(path);
                }
            }
        }

        private static boolean startsWith(byte[] bytes, int length, int start, byte[] text) {
            return start + text.length <= length
                    && Arrays.equals(bytes, start, start + text.length, text, 0, text.length);
        }

        private static boolean isOfName(byte b) {
            return (b >= '0' && b <= '9')
                    || (b >= 'A' && b <= 'Z')
                    || (b >= 'a' && b <= 'z')
                    || "_-./+".indexOf(b) >= 0;
        }
    }
}
