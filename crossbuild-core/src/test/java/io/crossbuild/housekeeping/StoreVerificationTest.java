// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.event.BuildListener;
import io.crossbuild.io.Sha256;
import io.crossbuild.spec.StoreItem;
import io.crossbuild.spec.StoreReport;
import io.crossbuild.store.BitRot;
import io.crossbuild.store.BuildDirectory;
import io.crossbuild.store.SealCheck;
import io.crossbuild.store.Store;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class StoreVerificationTest {
    @TempDir
    Path temp;

    private Store store;

    @BeforeEach
    void fillStore() throws Exception {
        store = Store.open(temp.resolve("store"));
        for (Store.Kind kind : Store.Kind.values()) {
            store.publish(kind, "k-1", content -> Files.writeString(content.resolve("disk"), "the content"));
        }
        Files.writeString(store.downloads().place(digest("package")), "package");
        Files.writeString(store.downloads().place(digest("other")).resolveSibling(digest("other") + ".part"), "oth");
    }

    private static Sha256 digest(String content) {
        return Sha256.of(content.getBytes(StandardCharsets.UTF_8));
    }

    private StoreReport verify() throws Exception {
        return new StoreVerification(store).run();
    }

    private Path disk(Store.Kind kind) {
        return store.path(kind, "k-1").resolve("disk");
    }

    @Test
    void whatIsSoundStays() throws Exception {
        StoreReport report = verify();
        assertThat(report.damaged()).isEmpty();
        assertThat(report.sound())
                .extracting(StoreItem::category)
                .containsExactly(
                        StoreItem.Category.ENVIRONMENT,
                        StoreItem.Category.LAYER,
                        StoreItem.Category.APPLIANCE,
                        StoreItem.Category.QEMU,
                        StoreItem.Category.DOWNLOAD);
        assertThat(report.sound()).allSatisfy(item -> assertThat(item.path()).exists());
        assertThat(report.dropped()).extracting(StoreItem::category).containsExactly(StoreItem.Category.STATE);
        assertThat(store.keys(Store.Kind.STATE)).isEmpty();
        assertThat(store.keys(Store.Kind.CACHE)).hasSize(1);
    }

    @Test
    void bitRotThatNoTimeTellsOfIsNamedAndRemoved() throws Exception {
        Path disk = disk(Store.Kind.ENVIRONMENT);
        BitRot.rot(disk, 3);
        assertThat(new SealCheck(store).find(Store.Kind.ENVIRONMENT, "k-1", BuildListener.NONE))
                .as("a build does not notice it")
                .isPresent();
        StoreReport report = verify();
        assertThat(report.damaged()).singleElement().satisfies(damaged -> {
            assertThat(damaged.item().category()).isEqualTo(StoreItem.Category.ENVIRONMENT);
            assertThat(damaged.damage()).startsWith("'" + disk + "' has digest ");
            assertThat(damaged.removed()).isTrue();
        });
        assertThat(store.keys(Store.Kind.ENVIRONMENT)).isEmpty();
        assertThat(verify().damaged()).isEmpty();
    }

    @Test
    void aDamagedDownloadIsRemovedAndAPartIsNot() throws Exception {
        Path file = store.downloads().place(digest("package"));
        BitRot.flip(file, 2);
        assertThat(verify().damaged())
                .extracting(StoreReport.Damaged::damage)
                .singleElement()
                .asString()
                .startsWith("'" + file + "' has digest ");
        assertThat(file).doesNotExist();
        assertThat(store.downloads().list()).hasSize(1);
    }

    /** The store uses no links, so what is behind one is neither checked nor touched. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void linksAreRemovedAndWhatTheyLeadToIsNot() throws Exception {
        Path elsewhere = temp.resolve("elsewhere");
        Path environment = store.path(Store.Kind.ENVIRONMENT, "k-1");
        Files.move(environment, elsewhere);
        Files.createSymbolicLink(environment, elsewhere);
        BitRot.flip(elsewhere.resolve("disk"), 3);
        Path file = store.downloads().place(digest("package"));
        Path moved = temp.resolve("package");
        Files.move(file, moved);
        Files.createSymbolicLink(file, moved);

        assertThat(verify().damaged())
                .extracting(StoreReport.Damaged::damage)
                .containsExactlyInAnyOrder(
                        "'" + environment + "' is a symbolic link (expected a directory)",
                        "'" + file + "' is not a file (expected one)");
        assertThat(environment).doesNotExist();
        assertThat(file).doesNotExist();
        assertThat(elsewhere.resolve("disk")).hasSize(11);
        assertThat(moved).hasContent("package");
    }

    @Test
    void whatARunningBuildUsesIsNamedAndReadAgainByTheNextBuild() throws Exception {
        Path disk = disk(Store.Kind.ENVIRONMENT);
        BitRot.rot(disk, 3);
        try (BuildDirectory running = store.newBuildDirectory()) {
            running.hold(List.of(disk.getParent()));
            assertThat(verify().damaged())
                    .extracting(StoreReport.Damaged::removed)
                    .containsExactly(false);
            assertThat(disk).exists();
        }
        assertThat(new SealCheck(store).find(Store.Kind.ENVIRONMENT, "k-1", BuildListener.NONE))
                .isEmpty();
        assertThat(disk).doesNotExist();
    }
}
