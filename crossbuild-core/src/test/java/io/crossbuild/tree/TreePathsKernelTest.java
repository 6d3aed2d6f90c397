// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.tree.TreePaths.Found;
import io.crossbuild.tree.TreePaths.NotFound;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares {@link TreePaths} with the kernel on random trees of links. Instead of using chroot, absolute links in the
 * host's copy are prefixed with the directory; and so that ".." at the root seems to stay there, the directories above
 * it contain links to the content of the root.
 */
@EnabledOnOs(OS.LINUX)
class TreePathsKernelTest {
    private static final int LEVELS_ABOVE = 12;
    private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

    @TempDir
    Path dir;

    @Test
    void randomTreesOfLinksAreWalkedAsTheKernelWalksThem() throws Exception {
        Random random = new Random(42);
        int found = 0;
        int looped = 0;
        int onlyOneGaveUp = 0;
        int all = 0;
        for (int i = 0; i < 12; i++) {
            Path base = Files.createDirectory(dir.resolve("t" + i)).toRealPath();
            Path root = base.resolve("above/".repeat(LEVELS_ABOVE));
            try (FileTree tree = makeTree(base, root, random)) {
                for (int j = 0; j < 100; j++) {
                    String path = randomPath(random, 5, true);
                    String kernel = kernel(base, root, path);
                    String ours = ours(tree, path);
                    all++;
                    if (kernel.equals("TOO_MANY_LINKS") != ours.equals("TOO_MANY_LINKS")) {
                        // The links above the root count too.
                        onlyOneGaveUp++;
                        continue;
                    }
                    assertThat(ours).as("%s in %s", path, root).isEqualTo(kernel);
                    found += ours.startsWith("/") ? 1 : 0;
                    looped += ours.equals("TOO_MANY_LINKS") ? 1 : 0;
                }
            }
        }
        assertThat(found).isGreaterThan(all / 5);
        assertThat(looped).isGreaterThan(all / 50);
        assertThat(onlyOneGaveUp).isLessThan(all / 100);
    }

    private static FileTree makeTree(Path base, Path root, Random random) throws Exception {
        Files.createDirectories(root);
        MemoryFileTreeBuilder tree = MemoryFileTree.builder();
        List<String> directories = new ArrayList<>(List.of("/"));
        for (int i = 0; i < 30; i++) {
            String directory = directories.get(random.nextInt(directories.size()));
            String path = TreePaths.join(directory, NAMES.get(random.nextInt(NAMES.size())));
            Path file = Path.of(root + path);
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            int kind = random.nextInt(6);
            if (kind == 0) {
                Files.createFile(file);
                tree.file(path, new byte[0]);
            } else if (kind <= 2) {
                Files.createDirectory(file);
                tree.directory(path);
                directories.add(path);
            } else {
                boolean absolute = kind == 3;
                String target = randomPath(random, 4, absolute);
                Files.createSymbolicLink(file, Path.of(absolute ? root + target : target));
                tree.symlink(path, target);
            }
        }
        for (Path above = root.getParent(); above != null && above.startsWith(base); above = above.getParent()) {
            for (String name : NAMES) {
                Files.createSymbolicLink(above.resolve(name), root.resolve(name));
            }
        }
        return tree.build();
    }

    private static String randomPath(Random random, int most, boolean absolute) {
        List<String> parts = new ArrayList<>();
        int length = 1 + random.nextInt(most);
        for (int i = 0; i < length; i++) {
            int kind = random.nextInt(8);
            parts.add(kind == 0 ? ".." : kind == 1 ? "." : NAMES.get(random.nextInt(NAMES.size())));
        }
        return (absolute ? "/" : "") + String.join("/", parts);
    }

    private static String kernel(Path base, Path root, String path) throws IOException {
        try {
            // The JDK lets stat(2) follow the path; realpath(3) then returns the name of what was found.
            Path file = Path.of(root + path);
            Files.readAttributes(file, "unix:ino");
            Path real = file.toRealPath();
            assertThat(real.startsWith(base)).as(path).isTrue();
            return real.startsWith(root) ? "/" + root.relativize(real) : "/";
        } catch (NoSuchFileException e) {
            return "MISSING";
        } catch (FileSystemException e) {
            String reason = String.valueOf(e.getReason());
            if (reason.contains("Not a directory")) {
                return "NOT_A_DIRECTORY";
            }
            assertThat(reason).contains("Too many levels of symbolic links");
            return "TOO_MANY_LINKS";
        }
    }

    private static String ours(FileTree tree, String path) throws Exception {
        TreePaths.Resolution resolution = TreePaths.resolve(tree, path);
        return resolution instanceof Found found
                ? found.path()
                : ((NotFound) resolution).reason().name();
    }
}
