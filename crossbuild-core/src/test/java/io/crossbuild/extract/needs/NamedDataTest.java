// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.needs;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.MemoryFileTree;
import io.crossbuild.tree.MemoryFileTreeBuilder;
import io.crossbuild.tree.TreePaths;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class NamedDataTest {
    @Test
    void onlyWholeStringsThatLeadToRegularFilesCount() throws Exception {
        String content = "\0/usr/share/app/data.js\0/usr/share/app\0/usr/share/app/gone.js\0"
                + "/usr/share/app/data.js:/usr/share/app/data.js\0/etc/app.conf\0x/usr/share/app/link.js\0"
                + "/usr/share/app/data.js";
        FileTree tree = tree(content.getBytes(StandardCharsets.US_ASCII));

        assertThat(NamedData.of(tree, TreePaths.find(tree, "/bin/app").orElseThrow(), "/bin/app"))
                .containsExactly("/usr/share/app/data.js", "/usr/share/app/link.js");
    }

    @Test
    void aStringOverTheEdgeOfTheWindowIsFound() throws Exception {
        byte[] name = "/usr/share/app/data.js\0".getBytes(StandardCharsets.US_ASCII);
        byte[] content = new byte[3 << 20];
        System.arraycopy(name, 0, content, (1 << 20) - 5, name.length);
        FileTree tree = tree(content);

        assertThat(NamedData.of(tree, TreePaths.find(tree, "/bin/app").orElseThrow(), "/bin/app"))
                .containsExactly("/usr/share/app/data.js");
    }

    private static FileTree tree(byte[] app) throws Exception {
        MemoryFileTreeBuilder builder = MemoryFileTree.builder();
        return builder.file("/bin/app", app)
                .file("/usr/share/app/data.js", new byte[] {1})
                .symlink("/usr/share/app/link.js", "data.js")
                .file("/etc/app.conf", new byte[0])
                .build();
    }
}
