// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import static io.crossbuild.extract.Guest.dirs;
import static io.crossbuild.extract.Guest.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossbuild.error.HostRequirementException;
import io.crossbuild.extract.target.HostTraits;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A target root on NTFS, which ignores case. Only where ntfs-3g is installed and can mount an image. */
@Timeout(60)
class FoldingDiskIT {
    @TempDir
    Path directory;

    private boolean mounted;
    private Path root;

    @BeforeEach
    void mount() throws Exception {
        Path image = directory.resolve("ntfs.img");
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.setLength(16 << 20);
        }
        Path point = Files.createDirectory(directory.resolve("mnt"));
        mounted = run("mkntfs", "-F", "-q", "-Q", image.toString())
                && run("lowntfs-3g", "-o", "ignore_case", image.toString(), point.toString());
        assumeTrue(mounted, "no NTFS can be mounted: extraction to a real one is not tried");
        root = point.resolve("a b,\u00fc");
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted) {
            assertThat(run("umount", directory.resolve("mnt").toString())).isTrue();
        }
    }

    @Test
    void namesThatDifferInCaseOnlyAreBothNamedAndNothingIsWritten() throws Exception {
        assertThat(HostTraits.of(root)).satisfies(traits -> {
            assertThat(traits.distinguishesCase()).isFalse();
            assertThat(traits.distinguishesForms()).isTrue();
        });
        Guest guest = new Guest().file("/d/before", "1").file("/d/a", "x").file("/d/A", "y");
        assertThatThrownBy(() -> guest.extract(dirs("/d"), root))
                .isInstanceOf(HostRequirementException.class)
                .hasMessageContaining("'d/A' and 'd/a': the same name on this file system");
        assertThat(root).doesNotExist();
    }

    @Test
    void filesAreExtractedReplacedAndRemoved() throws Exception {
        new Guest()
                .file("/d/kept", "1")
                .file("/d/readme", "1")
                .file("/d/gone/x", "x")
                .extract(dirs("/d"), root);
        new Guest().file("/d/kept", "2").file("/d/README", "2").extract(dirs("/d"), root);
        assertThat(snapshot(root)).containsEntry("d/kept", "2").doesNotContainKey("d/gone");
        assertThat(root.resolve("d/ReadMe")).hasContent("2");
    }

    private boolean run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(directory.resolve("log").toFile())
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
