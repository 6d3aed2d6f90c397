// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.tree.TreePaths.Found;
import io.crossbuild.tree.TreePaths.NotFound;
import io.crossbuild.tree.TreePaths.NotFound.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TreePathsTest {
    private final MemoryFileTreeBuilder files = MemoryFileTree.builder();
    private @Nullable MemoryFileTree tree;

    @Test
    void theRootIsFoundByEveryNameOfIt() throws Exception {
        for (String path : List.of("/", "", "//", "/.", "/..", "/../..", "../.")) {
            assertThat(found(path).path()).as(path).isEqualTo("/");
        }
    }

    @Test
    void dotDotAtTheRootStaysThere() throws Exception {
        files.file("/etc/passwd", new byte[0]).symlink("/usr/up", "../../../../etc");
        assertThat(found("/../../etc/passwd").path()).isEqualTo("/etc/passwd");
        assertThat(found("/usr/up/passwd").path()).isEqualTo("/etc/passwd");
    }

    @Test
    void anAbsoluteLinkStartsAgainAtTheRootOfTheTree() throws Exception {
        files.file("/usr/lib/libz.so.1.2", new byte[0])
                .symlink("/usr/lib/libz.so.1", "/usr/lib/libz.so.1.2")
                .symlink("/lib", "usr/lib");
        Found found = found("/lib/libz.so.1");
        assertThat(found.path()).isEqualTo("/usr/lib/libz.so.1.2");
        assertThat(found.links()).containsExactly("/lib", "/usr/lib/libz.so.1");
    }

    @Test
    void aLinkInTheMiddleChangesWhatDotDotMeans() throws Exception {
        files.directory("/a/b/c").symlink("/short", "a/b/c").file("/a/b/file", new byte[0]);
        assertThat(found("/short/../file").path()).isEqualTo("/a/b/file");
    }

    @Test
    void theLastLinkIsKeptWhenItIsNotFollowed() throws Exception {
        files.directory("/dir").symlink("/link", "dir").symlink("/way", "/");
        Found kept = (Found) TreePaths.resolveNoFollow(files.build(), "/way/link");
        assertThat(kept.path()).isEqualTo("/link");
        assertThat(kept.node().isSymlink()).isTrue();
        assertThat(kept.links()).containsExactly("/way");
    }

    @Test
    void aTrailingSlashFollowsTheLastLinkAndAsksForADirectory() throws Exception {
        MemoryFileTree tree = files.directory("/dir")
                .file("/file", new byte[0])
                .symlink("/toDir", "dir")
                .symlink("/toFile", "file")
                .symlink("/slashed", "file/")
                .build();
        assertThat(((Found) TreePaths.resolveNoFollow(tree, "/toDir/")).path()).isEqualTo("/dir");
        assertThat(((Found) TreePaths.resolveNoFollow(tree, "/toDir/.")).path()).isEqualTo("/dir");
        for (String path : List.of("/toFile/", "/file/", "/file/.", "/file/..", "/slashed/", "/file/x")) {
            NotFound failure = (NotFound) TreePaths.resolveNoFollow(tree, path);
            assertThat(failure.path()).as(path).isEqualTo("/file");
            assertThat(failure.reason()).as(path).isEqualTo(Reason.NOT_A_DIRECTORY);
        }
        assertThat(TreePaths.find(tree, "/slashed")).isEmpty();
    }

    @Test
    void aDanglingLinkNamesWhatIsMissing() throws Exception {
        files.directory("/opt").symlink("/opt/app", "../srv/app/current");
        assertThat(TreePaths.resolve(files.build(), "/opt/app/bin"))
                .isEqualTo(new NotFound("/srv", Reason.MISSING, List.of("/opt/app")));
    }

    @Test
    void aLoopEndsAtTheLimitOfTheKernel() throws Exception {
        files.symlink("/a", "b").symlink("/b", "a").symlink("/self", "self/x");
        MemoryFileTree tree = files.build();
        for (String path : List.of("/a", "/b/c", "/self")) {
            assertThat(((NotFound) TreePaths.resolve(tree, path)).reason())
                    .as(path)
                    .isEqualTo(Reason.TOO_MANY_LINKS);
        }
    }

    @Test
    void fortyLinksAreFollowedAndNoMore() throws Exception {
        files.file("/0", new byte[0]);
        for (int i = 1; i <= 41; i++) {
            files.symlink("/" + i, Integer.toString(i - 1));
        }
        MemoryFileTree tree = files.build();
        assertThat(((Found) TreePaths.resolve(tree, "/40")).links())
                .hasSize(40)
                .startsWith("/40")
                .endsWith("/1");
        assertThat(((NotFound) TreePaths.resolve(tree, "/41")).reason()).isEqualTo(Reason.TOO_MANY_LINKS);
    }

    @Test
    void linksThatAddThousandsOfComponentsCostNoSquareOfThem() throws Exception {
        String name = "n".repeat(10);
        StringBuilder deep = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            deep.append('/').append(name);
        }
        files.directory(deep.toString());
        for (int i = 0; i < 30; i++) {
            files.symlink(deep + "/" + i, (i + 1) + "/.".repeat(2000));
        }
        files.symlink(deep + "/30", ".");
        assertThat(((Found) TreePaths.resolve(files.build(), deep + "/0")).path())
                .isEqualTo(deep.toString());
    }

    private Found found(String path) throws Exception {
        if (tree == null) {
            tree = files.build();
        }
        return (Found) TreePaths.resolve(tree, path);
    }
}
