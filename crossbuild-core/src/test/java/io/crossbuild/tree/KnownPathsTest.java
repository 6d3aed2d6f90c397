// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KnownPathsTest {
    private static final String[] NAMES = {"a", "b", "c", "link", "loop", "up", ".", "..", ""};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void pathsLeadWhereTreePathsLeadsThem(long seed) throws Exception {
        MemoryFileTree tree = MemoryFileTree.builder()
                .file("/a/b/c/a", new byte[0])
                .directory("/b/a/c")
                .file("/c", new byte[0])
                .symlink("/link", "a/../b")
                .symlink("/a/link", "/a/b/")
                .symlink("/a/b/link", "../link/c/link")
                .symlink("/a/b/c/link", "../../../c")
                .symlink("/b/link", "/link/a/../link/..")
                .symlink("/b/a/link", "../../link/a")
                .symlink("/loop", "/b/loop")
                .symlink("/b/loop", "../loop")
                .symlink("/up", "..")
                .symlink("/a/b/up", "../up/a")
                .symlink("/a/up", "../a/b/..")
                .build();
        KnownPaths known = new KnownPaths(tree);
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            String path = path(random);
            assertThat(at(known.find(path))).as(path).isEqualTo(at(TreePaths.resolve(tree, path)));
            assertThat(at(known.findNoFollow(path))).as(path).isEqualTo(at(TreePaths.resolveNoFollow(tree, path)));
            assertThat(known.directory(path).isPresent())
                    .as(path)
                    .isEqualTo(TreePaths.find(tree, path)
                            .filter(FileNode::isDirectory)
                            .isPresent());
        }
    }

    @Test
    void noMoreThanFortyLinksAreFollowedInOnePath() throws Exception {
        MemoryFileTreeBuilder files = MemoryFileTree.builder().directory("/d");
        for (int i = 0; i < 50; i++) {
            files.symlink("/d/" + i, ".");
        }
        KnownPaths known = new KnownPaths(files.build());
        StringBuilder path = new StringBuilder("/d");
        for (int i = 0; i < TreePaths.MAX_LINKS; i++) {
            path.append('/').append(i);
        }
        assertThat(known.find(path.toString())).isPresent();
        assertThat(known.find(path + "/41")).isEmpty();
    }

    @Test
    void longWaysThroughLinksTakeABoundedStack() throws Exception {
        String deep = "x/../".repeat(700);
        MemoryFileTree tree = MemoryFileTree.builder()
                .directory("/x")
                .file("/file", new byte[0])
                .symlink("/x/0", "/" + deep + "file")
                .symlink("/x/1", "/" + deep + "x/0")
                .symlink("/x/2", "/" + deep + "x/1")
                .build();
        assertThat(new KnownPaths(tree).find("/" + deep + "x/2"))
                .hasValueSatisfying(place -> assertThat(place.path()).isEqualTo("/file"));
    }

    private static String path(Random random) {
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(7); i >= 0; i--) {
            path.append('/').append(NAMES[random.nextInt(NAMES.length)]);
        }
        return path.toString();
    }

    private static @Nullable String at(Optional<KnownPaths.Place> place) {
        return place.map(KnownPaths.Place::path).orElse(null);
    }

    private static @Nullable String at(TreePaths.Resolution resolution) {
        return resolution instanceof TreePaths.Found found ? found.path() : null;
    }
}
