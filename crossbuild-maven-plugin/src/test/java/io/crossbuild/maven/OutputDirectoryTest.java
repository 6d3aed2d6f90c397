// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OutputDirectoryTest {
    private static final Path TARGET = Path.of("target");

    private final OutputDirectory output = OutputDirectory.below(TARGET);

    private Path root(String execution) {
        return TARGET.resolve("crossbuild").relativize(output.targetRoot(execution));
    }

    @Test
    void executionsWithoutANameShareARootAndOthersHaveTheirOwn() {
        assertThat(root("default-cli")).isEqualTo(Path.of("root"));
        assertThat(root("default")).isEqualTo(Path.of("root"));
        assertThat(root("native")).isEqualTo(Path.of("native", "root"));
        assertThat(root("default-build")).isEqualTo(Path.of("default-build", "root"));
        assertThat(output.logs("native")).isEqualTo(TARGET.resolve("crossbuild/logs/native"));
    }

    @Test
    void noIdLeadsElsewhereOrToTheDirectoryOfAnother() {
        for (String id :
                List.of("root", "ROOT", "logs", "..", ".", "a/b", "/", "a\\b", "a:b", "%72oot", "con", "nul.x", " ")) {
            Path root = root(id);
            assertThat(root.normalize()).as(id).isEqualTo(root);
            assertThat(root.getName(0).toString()).as(id).matches("[%\\w.-]+").doesNotMatch("(?i)root|logs|con|nul.*");
        }
        assertThat(root("root")).isNotEqualTo(root("%72oot"));
        assertThat(root("größe")).isEqualTo(Path.of("größe", "root"));
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void linksOfARepositoryInThePlaceOfLogsLeadNowhere(@TempDir Path project) throws Exception {
        Path elsewhere = Files.createDirectory(project.resolve("elsewhere"));
        OutputDirectory output = OutputDirectory.below(project.resolve("target"));
        Path logs = output.logs("native");
        Path parent = Objects.requireNonNull(logs.getParent());
        Files.createDirectories(project.resolve("target/crossbuild"));
        Files.createSymbolicLink(parent, elsewhere);
        assertThat(output.plainLogs("native")).isEqualTo(logs);
        assertThat(parent).doesNotExist();
        Files.createDirectory(parent);
        Files.createSymbolicLink(logs, elsewhere);
        assertThat(output.plainLogs("native")).isEqualTo(logs).doesNotExist();
        Files.createDirectory(logs);
        assertThat(output.plainLogs("native")).isEqualTo(logs).isDirectory();
        assertThat(elsewhere).isEmptyDirectory();
    }
}
