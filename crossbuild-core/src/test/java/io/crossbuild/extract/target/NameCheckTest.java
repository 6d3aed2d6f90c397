// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.HostRequirementException;
import io.crossbuild.extract.plan.ExtractionReason;
import io.crossbuild.extract.plan.PlannedFile;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.MemoryFileTree;
import java.util.List;
import org.junit.jupiter.api.Test;

class NameCheckTest {
    @Test
    void namesThatWindowsRefusesAreFound() throws Exception {
        HostTraits windows = new HostTraits(false, false, false, true);
        for (String name :
                List.of("CON", "con.txt", "nul", "com1.tar.gz", "a:b", "a?", "end.", "end ", "q\"", "tab\t", "a\\b")) {
            assertThatThrownBy(() -> NameCheck.check(planned(name), windows))
                    .as(name)
                    .isInstanceOf(HostRequirementException.class);
        }
        NameCheck.check(planned("console", "com", "com10", ".hidden", "a.b", "lpt0x"), windows);
    }

    @Test
    void namesThatDifferInCaseOnlyAreFoundWhereTheHostTakesThemForOne() throws Exception {
        HostTraits mac = new HostTraits(true, false, true, false);
        assertThatThrownBy(() -> NameCheck.check(planned("README", "readme"), mac))
                .hasMessageContaining("'d/README' and 'd/readme': the same name on this file system");
        assertThatThrownBy(() -> NameCheck.check(planned("\u00e9", "e\u0301"), mac))
                .isInstanceOf(HostRequirementException.class);
        NameCheck.check(planned("README", "readme"), new HostTraits(true, true, true, false));
    }

    private static List<PlannedFile> planned(String... names) throws Exception {
        FileTree tree = MemoryFileTree.builder().file("/f", new byte[0]).build();
        FileNode node = tree.child(tree.root(), "f").orElseThrow();
        return List.of(names).stream()
                .map(n -> new PlannedFile("d/" + n, "/d/" + n, false, node, new ExtractionReason(null, "/d", "Dirs")))
                .toList();
    }
}
