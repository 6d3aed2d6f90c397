// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.tree.FileType;
import io.crossbuild.tree.TreePaths;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AccessedFilesTest {
    private static final Instant AFTER = Instant.parse("2033-05-18T03:33:20.000400Z");
    private static final Instant UNTIL = Instant.parse("2033-05-18T03:33:25Z");
    private static final Instant DURING = Instant.parse("2033-05-18T03:33:21.5Z");
    private static final Instant LONG_AGO = Instant.parse("2020-01-01T00:00:00Z");

    /** Without checksums, so that inodes may be changed. */
    private Fixture fixture;

    @BeforeEach
    void load() throws Exception {
        fixture = Fixture.load("classic");
    }

    private Map<String, FileType> read() throws Exception {
        try (Ext4FileTree tree = fixture.open()) {
            return AccessedFiles.find(tree, new AccessWindow(AFTER, UNTIL));
        }
    }

    private int inode(String path) throws Exception {
        try (Ext4FileTree tree = fixture.open()) {
            return fixture.inodeAt(((TreePaths.Found) TreePaths.resolveNoFollow(tree, path))
                    .node()
                    .id());
        }
    }

    private void put(int at, int value) {
        ByteBuffer.wrap(fixture.image()).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    }

    /** Sets a time as the kernel does: two more bits of the seconds, and nanoseconds (ext4_encode_extra_time). */
    private void time(int at, int atExtra, Instant time) {
        long seconds = time.getEpochSecond();
        put(at, (int) seconds);
        put(atExtra, ((int) ((seconds - (int) seconds) >>> 32) & 3) | (time.getNano() << 2));
    }

    private void access(String path, Instant accessed, Instant created) throws Exception {
        int inode = inode(path);
        time(inode + 0x8, inode + 0x8C, accessed);
        time(inode + 0x90, inode + 0x94, created);
    }

    @Test
    void nothingWasReadInATimeWithoutAccesses() throws Exception {
        assertThat(read()).isEmpty();
    }

    @Test
    void filesLinksAndDirectoriesThatWereReadAreFoundUnderEachOfTheirNames() throws Exception {
        for (String path : new String[] {"/", "/text", "/short-link", "/long-link", "/sub/inner", "/fifo"}) {
            access(path, DURING, LONG_AGO);
        }
        assertThat(read())
                .containsExactly(
                        Map.entry("/", FileType.DIRECTORY),
                        Map.entry("/hard", FileType.REGULAR),
                        Map.entry("/long-link", FileType.SYMLINK),
                        Map.entry("/short-link", FileType.SYMLINK),
                        Map.entry("/sub/inner", FileType.DIRECTORY),
                        Map.entry("/text", FileType.REGULAR));
    }

    @Test
    void theTimeCountsToTheNanosecond() throws Exception {
        access("/tiny", AFTER, LONG_AGO);
        access("/text", AFTER.plusNanos(1), LONG_AGO);
        access("/holes", UNTIL, LONG_AGO);
        access("/sub/inner/x", UNTIL.plusNanos(1), LONG_AGO);
        assertThat(read()).containsOnlyKeys("/text", "/hard", "/holes");
    }

    @Test
    void aNewFileCountsIfItWasReadAfterItWasMade() throws Exception {
        access("/tiny", DURING, DURING);
        access("/text", DURING.plusNanos(4_000_000), DURING);
        access("/sub", DURING, DURING);
        assertThat(read()).containsOnlyKeys("/text", "/hard");
    }

    @Test
    void inAnInodeWithoutNanosecondsTheSecondCounts() throws Exception {
        for (String path : new String[] {"/tiny", "/text", "/holes"}) {
            access(path, DURING, DURING);
            // i_extra_isize
            put(inode(path) + 0x80, 0);
        }
        put(inode("/text") + 0x8, (int) AFTER.getEpochSecond());
        put(inode("/holes") + 0x8, (int) AFTER.getEpochSecond() - 1);
        assertThat(read()).containsOnlyKeys("/tiny", "/text", "/hard");
    }

    @Test
    void timesAfter2038AreRead() throws Exception {
        Instant late = Instant.parse("2040-02-03T04:05:06.789Z");
        access("/tiny", late, LONG_AGO);
        try (Ext4FileTree tree = fixture.open()) {
            assertThat(AccessedFiles.find(tree, new AccessWindow(late.minusNanos(1), late)))
                    .containsOnlyKeys("/tiny");
        }
    }
}
