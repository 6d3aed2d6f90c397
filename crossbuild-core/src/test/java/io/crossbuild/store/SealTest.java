// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.io.ContentDigests;
import io.crossbuild.store.Store.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is noticed about published files. */
class SealTest {
    private static final int PIECE = ContentDigests.PIECE_BYTES;

    @TempDir
    Path dir;

    private Store store;
    private SealCheck seals;
    private Path made;
    private Path disk;

    @BeforeEach
    void publish() throws Exception {
        store = Store.open(dir.resolve("home"));
        seals = new SealCheck(store);
        made = store.publish(Kind.ENVIRONMENT, "k", content -> {
            byte[] bytes = new byte[2 * PIECE + 100];
            new Random(1).nextBytes(bytes);
            Arrays.fill(bytes, 0, PIECE, (byte) 0);
            Files.write(content.resolve("disk"), bytes);
            Files.createDirectories(content.resolve("sub/deep"));
            Files.writeString(content.resolve("sub/deep/small"), "small");
            Files.createFile(content.resolve("empty"));
        });
        disk = made.resolve("disk");
    }

    private Optional<String> quick() throws Exception {
        return seals.damage(made);
    }

    private Optional<String> full() throws Exception {
        return seals.damageInFull(made);
    }

    @Test
    void aHalfWrittenSealOfAKilledProcessIsRemovedLater() throws Exception {
        Path left = Files.writeString(made.resolve(".seal-1"), "half");
        Files.setLastModifiedTime(left, FileTime.fromMillis(0));
        Files.setLastModifiedTime(disk, FileTime.fromMillis(1_000_000));
        assertThat(quick()).isEmpty();
        assertThat(left).doesNotExist();
    }

    @Test
    void whatIsUnchangedIsSound() throws Exception {
        assertThat(quick()).isEmpty();
        assertThat(full()).isEmpty();
    }

    @Test
    void aFlippedBitIsFoundWhereItIs() throws Exception {
        BitRot.flip(disk, PIECE + 5);
        assertThat(quick())
                .hasValueSatisfying(damage -> assertThat(damage)
                        .startsWith("'" + disk + "' has digest ")
                        .contains("... for the piece at byte " + PIECE + " (expected "));
    }

    @Test
    void aFlippedBitInAHoleIsFound() throws Exception {
        BitRot.flip(disk, 7);
        assertThat(quick()).hasValueSatisfying(damage -> assertThat(damage).contains("the piece at byte 0 "));
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no time of change")
    void aFlippedBitIsFoundEvenIfTheTimeWasSetBack() throws Exception {
        FileTime before = Files.getLastModifiedTime(disk);
        BitRot.flip(disk, PIECE + 5);
        Files.setLastModifiedTime(disk, before);
        assertThat(quick()).isPresent();
    }

    @Test
    void bitRotThatLeavesNoTraceIsFoundByReadingEverything() throws Exception {
        BitRot.rot(disk, 2L * PIECE + 99);
        FileTime lastUsed = FileTime.fromMillis(1_000_000_000_000L);
        Files.setLastModifiedTime(made, lastUsed);
        assertThat(quick()).as("nothing is read").isEmpty();
        assertThat(full()).hasValueSatisfying(damage -> assertThat(damage).contains("the piece at byte " + 2 * PIECE));
        assertThat(Files.getLastModifiedTime(made)).isEqualTo(lastUsed);
    }

    @Test
    void whatIsDistrustedIsReadTheNextTime() throws Exception {
        BitRot.rot(disk, PIECE);
        seals.distrust(made);
        assertThat(quick()).isPresent();
    }

    @Test
    void aTruncatedFileIsFound() throws Exception {
        BitRot.truncate(disk, PIECE);
        assertThat(quick()).contains("'" + disk + "' has " + PIECE + " bytes (expected " + (2 * PIECE + 100) + ")");
    }

    @Test
    void aMissingFileIsFound() throws Exception {
        Path small = made.resolve("sub/deep/small");
        Files.delete(small);
        assertThat(quick()).contains("'" + small + "' is gone");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need a privilege")
    void aLinkThatLeadsElsewhereIsFound() throws Exception {
        Path other = store.publish(
                Kind.QEMU, "q", content -> Files.createSymbolicLink(content.resolve("lib"), Path.of("lib.1")));
        assertThat(seals.damageInFull(other)).isEmpty();
        Files.delete(other.resolve("lib"));
        Files.createSymbolicLink(other.resolve("lib"), Path.of("lib.2"));
        assertThat(seals.damage(other))
                .hasValueSatisfying(damage -> assertThat(damage).contains("leads to 'lib.2'"));
    }

    @Test
    void aMissingOrDamagedSealIsDamage() throws Exception {
        Path seal = made.resolve("seal");
        BitRot.flip(seal, 60);
        assertThat(quick()).contains("'" + seal + "' is damaged");
        Files.delete(seal);
        assertThat(quick()).contains("'" + seal + "' is gone");
    }

    @Test
    void whatWasRemovedIsNotDamaged() throws Exception {
        store.remove(Kind.ENVIRONMENT, "k");
        assertThat(quick()).isEmpty();
        assertThat(full()).isEmpty();
    }

    @Test
    void aCopyIsReadOnce() throws Exception {
        Path copy = Files.copy(disk, dir.resolve("copy"));
        Files.delete(disk);
        Files.move(copy, disk);
        byte[] published = Files.readAllBytes(made.resolve("seal"));
        assertThat(quick()).isEmpty();
        assertThat(made.resolve("seal").toFile()).hasSize(published.length);
        assertThat(Files.readAllBytes(made.resolve("seal"))).isNotEqualTo(published);
    }

    @Test
    void aSavedMachineIsKnownBySizeAndTime() throws Exception {
        Path state = store.publish(Kind.STATE, "s", content -> Files.writeString(content.resolve("memory"), "ram"));
        Path memory = state.resolve("memory");
        FileTime published = Files.getLastModifiedTime(memory);
        Files.writeString(memory, "RAM");
        Files.setLastModifiedTime(memory, published);
        assertThat(seals.damage(state)).as("it is not read").isEmpty();
        BitRot.truncate(memory, 2);
        assertThat(seals.damage(state)).contains("'" + memory + "' has 2 bytes (expected 3)");
    }

    @Test
    void aCacheHasNoSeal() throws Exception {
        Path cache = store.publish(Kind.CACHE, "c", content -> Files.writeString(content.resolve("disk"), "x"));
        assertThat(cache.resolve("seal")).doesNotExist();
    }
}
