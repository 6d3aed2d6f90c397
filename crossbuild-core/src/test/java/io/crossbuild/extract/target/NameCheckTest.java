// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.HostRequirementException;
import io.crossbuild.event.Warning;
import io.crossbuild.extract.plan.ExtractionReason;
import io.crossbuild.extract.plan.PlannedFile;
import io.crossbuild.extract.plan.Planner;
import io.crossbuild.extract.plan.Selected;
import io.crossbuild.extract.plan.TargetPaths;
import io.crossbuild.extract.plan.TargetPlan;
import io.crossbuild.io.Workers;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.MemoryFileTree;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NameCheckTest {
    @Test
    void namesThatWindowsRefusesAreFound() throws Exception {
        HostTraits windows = new HostTraits(false, false, true, false, true, false);
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
        HostTraits mac = new HostTraits(true, false, false, true, false, false);
        assertThatThrownBy(() -> NameCheck.check(planned("README", "readme"), mac))
                .hasMessageContaining("'d/README' and 'd/readme': the same name on this file system");
        assertThatThrownBy(() -> NameCheck.check(planned("\u00e9", "e\u0301"), mac))
                .isInstanceOf(HostRequirementException.class);
        NameCheck.check(planned("README", "readme"), new HostTraits(true, true, true, true, false, true));
    }

    @Test
    void namesThatDifferInTheirUnicodeFormOnlyAreFoundWhereTheHostTakesThemForOne() throws Exception {
        HostTraits caseSensitiveMac = new HostTraits(true, true, false, true, false, false);
        assertThatThrownBy(() -> NameCheck.check(planned("\u00e9", "e\u0301"), caseSensitiveMac))
                .hasMessageContaining("'d/\u00e9' and 'd/e\u0301': the same name on this file system");
        NameCheck.check(planned("README", "readme"), caseSensitiveMac);
        HostTraits windows = new HostTraits(true, false, true, false, true, false);
        NameCheck.check(planned("\u00e9", "e\u0301"), windows);
    }

    @Test
    void namesThatAreNotUtf8AreFoundWhereTheHostCannotStoreThem() throws Exception {
        HostTraits mac = new HostTraits(true, false, false, true, false, false);
        assertThatThrownBy(() -> NameCheck.check(planned("a", "b\uDCE9"), mac)).hasMessage("""
                Cannot extract 1 files: this host does not support their names
                  '/d/b\\xE9': not UTF-8""");
        NameCheck.check(planned("b\uDCE9"), new HostTraits(true, true, true, true, false, true));
    }

    @Test
    void namesThatTheHostCannotStoreAreLeftOutIfOnlyTheirDirectoryIsNamed() throws Exception {
        HostTraits mac = new HostTraits(true, false, false, true, false, false);
        FileTree tree = MemoryFileTree.builder()
                .file("/d/good", new byte[1])
                .file("/d/b\uDCE9", new byte[7])
                .file("/d/e\uDCE9/x", new byte[1])
                .file("/d/f\uDCE9/program", new byte[1])
                .file("/d/f\uDCE9/other", new byte[2])
                .build();
        TargetPlan plan = plan(tree);
        assertThat(NameCheck.leaveOut(plan, new HostTraits(true, true, true, true, false, true), Set.of()))
                .isEmpty();
        assertThat(NameCheck.leaveOut(plan, mac, Set.of("/d/f\uDCE9/program")))
                .containsExactlyInAnyOrder(
                        new Warning.NamesLeftOut.Entry("/d/b\uDCE9", false, 7),
                        new Warning.NamesLeftOut.Entry("/d/e\uDCE9", true, 0),
                        new Warning.NamesLeftOut.Entry("/d/f\uDCE9/other", false, 2));
        assertThat(plan.files())
                .extracting(PlannedFile::target)
                .containsExactly("d", "d/f\uDCE9", "d/f\uDCE9/program", "d/good");
        assertThatThrownBy(() -> NameCheck.check(plan.files(), mac)).isInstanceOf(HostRequirementException.class);
        assertThat(NameCheck.leaveOut(plan, mac, Set.of())).hasSize(1);
        NameCheck.check(plan.files(), mac);
    }

    private static TargetPlan plan(FileTree tree) throws Exception {
        try (Workers workers = new Workers("test")) {
            Planner planner = new Planner(tree, new TargetPaths(tree), false, 0, 1000, workers);
            planner.take(new Selected(Selected.Key.DIRS, "/d", "/d", false));
            return planner.plan();
        }
    }

    private static List<PlannedFile> planned(String... names) throws Exception {
        FileTree tree = MemoryFileTree.builder().file("/f", new byte[0]).build();
        FileNode node = tree.child(tree.root(), "f").orElseThrow();
        return List.of(names).stream()
                .map(n -> new PlannedFile("d/" + n, "/d/" + n, false, node, new ExtractionReason(null, "/d", "Dirs")))
                .toList();
    }
}
