// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.housekeeping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.arch.Architecture;
import io.crossbuild.environment.Environments;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.io.PathLock;
import io.crossbuild.io.Sha256;
import io.crossbuild.layer.StoredCache;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.spec.PruneRequest;
import io.crossbuild.spec.StoreItem;
import io.crossbuild.store.BuildDirectory;
import io.crossbuild.store.Store;
import io.crossbuild.store.StoredEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PruneTest {
    private static final int DISK_BYTES = 256 << 10;
    private static final Duration MONTH = Duration.ofDays(30);

    @TempDir
    Path temp;

    private Store store;

    @BeforeEach
    void fillStore() throws Exception {
        store = Store.open(temp.resolve("store"));
        environment("env", "e1");
        layer("a", "1", true, "env", "e1");
        layer("b", "1", false, "a", "1");
        layer("c", "1", false, "a", "1");
        layer("d", "1", true, "env", "e1");
    }

    private void environment(String key, String id) throws Exception {
        store.publish(Store.Kind.ENVIRONMENT, key, directory -> {
            disk(directory);
            Files.writeString(directory.resolve("environment.json"), """
                    {"id": "%s", "suite": "trixie", "architecture": "amd64", "packages": ["make"], "release": "r",
                     "mirror": "m", "updates": {}, "packageCount": 3}""".formatted(id));
        });
    }

    private void layer(String key, String id, boolean onEnvironment, String parent, String parentId) throws Exception {
        store.publish(Store.Kind.LAYER, key + "-" + id, directory -> {
            disk(directory);
            Files.writeString(
                    directory.resolve("layer.json"), """
                    {"key": "%s", "id": "%s", "parent": {"environment": %s, "key": "%s", "id": "%s"}, "release": "r",
                     "state": {"directory": "/root", "exports": ""}, "madeMillis": 1, "tookMillis": 1,
                     "text": "make %s", "inputs": {}}""".formatted(key, id, onEnvironment, parent, parentId, key));
        });
    }

    private static void disk(Path directory) throws java.io.IOException {
        byte[] content = new byte[DISK_BYTES];
        new Random(1).nextBytes(content);
        Files.write(directory.resolve("disk.qcow2"), content);
    }

    private void usedBefore(Store.Kind kind, String key, Duration age) throws Exception {
        usedBefore(store.path(kind, key), age);
    }

    private static void usedBefore(Path path, Duration age) throws Exception {
        Files.setLastModifiedTime(path, FileTime.from(Instant.now().minus(age)));
    }

    private List<StoreItem> prune(Optional<Duration> unusedFor, OptionalLong layersAtMost) throws Exception {
        PruneRequest dry = new PruneRequest(unusedFor, layersAtMost, true);
        List<StoreItem> announced = new Prune(store, dry, Clock.systemUTC()).run();
        PruneRequest wet = new PruneRequest(unusedFor, layersAtMost, false);
        List<StoreItem> removed = new Prune(store, wet, Clock.systemUTC()).run();
        assertThat(removed).isEqualTo(announced);
        assertThat(removed).allSatisfy(item -> assertThat(item.path()).doesNotExist());
        return removed;
    }

    private List<String> layers() throws CrossbuildException {
        return store.keys(Store.Kind.LAYER);
    }

    @Test
    void withoutALimitOnlyUnusableThingsAreRemoved() throws Exception {
        layer("e", "1", true, "gone", "e1");
        layer("f", "1", false, "e", "1");
        layer("g", "1", true, "env", "e0");
        Files.createDirectory(store.path(Store.Kind.LAYER, "damaged"));
        assertThat(prune(Optional.empty(), OptionalLong.empty()))
                .extracting(StoreItem::name)
                .containsExactlyInAnyOrder("make e", "make f", "make g", "damaged");
        assertThat(layers()).containsExactly("a-1", "b-1", "c-1", "d-1");
        assertThat(store.keys(Store.Kind.ENVIRONMENT)).containsExactly("env");
    }

    @Test
    void beyondTheLimitTheLeastRecentlyUsedLayersAreRemovedButNoBaseOfAnother() throws Exception {
        usedBefore(Store.Kind.LAYER, "a-1", Duration.ofHours(9));
        usedBefore(Store.Kind.LAYER, "b-1", Duration.ofHours(3));
        usedBefore(Store.Kind.LAYER, "c-1", Duration.ofHours(4));
        usedBefore(Store.Kind.LAYER, "d-1", Duration.ofHours(5));
        assertThat(prune(Optional.empty(), OptionalLong.of(3 * DISK_BYTES + DISK_BYTES / 2)))
                .extracting(StoreItem::name)
                .containsExactly("make d");
        assertThat(prune(Optional.empty(), OptionalLong.of(2 * DISK_BYTES + DISK_BYTES / 2)))
                .extracting(StoreItem::name)
                .containsExactly("make c");
        assertThat(layers()).containsExactly("a-1", "b-1");
        assertThat(prune(Optional.empty(), OptionalLong.of(0)))
                .extracting(StoreItem::name)
                .containsExactly("make b", "make a");
    }

    @Test
    void theLimitAfterABuildSparesTheLastOne() throws Exception {
        usedBefore(Store.Kind.LAYER, "b-1", Duration.ofHours(3));
        usedBefore(Store.Kind.LAYER, "d-1", Duration.ofHours(5));
        PruneRequest nothing = new PruneRequest(Optional.empty(), OptionalLong.of(0), false);
        assertThat(new Prune(store, nothing, Clock.systemUTC()).limitLayers())
                .extracting(StoreItem::name)
                .containsExactly("make d", "make b");
        assertThat(layers()).containsExactly("a-1", "c-1");
    }

    @Test
    void theBaseOfARunningBuildStays() throws Exception {
        usedBefore(Store.Kind.ENVIRONMENT, "env", Duration.ofDays(90));
        try (BuildDirectory build = store.newBuildDirectory()) {
            build.hold(List.of(
                    store.path(Store.Kind.ENVIRONMENT, "env"),
                    store.path(Store.Kind.LAYER, "a-1"),
                    store.path(Store.Kind.LAYER, "b-1")));
            for (String layer : layers()) {
                usedBefore(Store.Kind.LAYER, layer, Duration.ofDays(60));
            }
            usedBefore(Store.Kind.ENVIRONMENT, "env", Duration.ofDays(60));
            prune(Optional.of(MONTH), OptionalLong.of(0));
            assertThat(layers()).containsExactly("a-1", "b-1");
            assertThat(store.keys(Store.Kind.ENVIRONMENT)).containsExactly("env");
        }
        prune(Optional.of(MONTH), OptionalLong.empty());
        assertThat(layers()).isEmpty();
        assertThat(store.keys(Store.Kind.ENVIRONMENT)).isEmpty();
    }

    @Test
    void theEnvironmentOfARunningBuildIsNotUninstalled() throws Exception {
        EnvironmentSpec spec = new EnvironmentSpec("trixie", Architecture.AMD64, List.of("make"));
        environment("free", "e2");
        Environments environments = new Environments(store);
        try (BuildDirectory build = store.newBuildDirectory()) {
            build.hold(List.of(store.path(Store.Kind.ENVIRONMENT, "env")));
            assertThatThrownBy(() -> environments.remove(spec))
                    .isInstanceOf(CrossbuildException.class)
                    .hasMessageContaining("a running build or shell is based on it (expected none)");
            assertThat(store.keys(Store.Kind.ENVIRONMENT)).containsExactly("env", "free");
        }
        assertThat(environments.remove(spec)).hasSize(2);
        assertThat(store.keys(Store.Kind.ENVIRONMENT)).isEmpty();
    }

    @Test
    void whatIsHeldOrUsedAfterItWasLookedAtStays() throws Exception {
        usedBefore(Store.Kind.LAYER, "b-1", MONTH);
        StoredEntry looked = store.entries(Store.Kind.LAYER).get(1);
        assertThat(looked.key()).isEqualTo("b-1");
        store.touch(Store.Kind.LAYER, "b-1");
        assertThat(store.removeUnlessHeld(Store.Kind.LAYER, "b-1", looked.lastUsed()))
                .isFalse();
        try (BuildDirectory build = store.newBuildDirectory()) {
            build.hold(List.of(store.path(Store.Kind.LAYER, "b-1")));
            assertThat(store.removeUnlessHeld(Store.Kind.LAYER, "b-1", Instant.MAX))
                    .isFalse();
        }
        assertThat(store.removeUnlessHeld(Store.Kind.LAYER, "b-1", Instant.MAX)).isTrue();
        assertThat(store.path(Store.Kind.LAYER, "b-1")).doesNotExist();
    }

    @Test
    void thingsNotUsedForLongAreRemoved() throws Exception {
        environment("young", "e2");
        for (String layer : layers()) {
            usedBefore(Store.Kind.LAYER, layer, Duration.ofDays(31));
        }
        usedBefore(Store.Kind.LAYER, "c-1", Duration.ofDays(29));
        usedBefore(Store.Kind.ENVIRONMENT, "env", Duration.ofDays(31));
        store.publish(Store.Kind.STATE, "state", directory -> disk(directory));
        usedBefore(Store.Kind.STATE, "state", Duration.ofDays(31));
        store.publish(Store.Kind.APPLIANCE, "amd64-another-recipe", directory -> disk(directory));
        usedBefore(Store.Kind.APPLIANCE, "amd64-another-recipe", Duration.ofDays(1));
        assertThat(prune(Optional.of(MONTH), OptionalLong.empty()))
                .extracting(StoreItem::name)
                .containsExactlyInAnyOrder("make b", "make d", "state", "amd64-another-recipe");
        assertThat(layers()).containsExactly("a-1", "c-1");
        assertThat(store.keys(Store.Kind.ENVIRONMENT)).containsExactly("env", "young");
    }

    @Test
    void downloadsGoByTheirOwnLastUse() throws Exception {
        Path old = download("old");
        Path part = download("part");
        Path abandoned = part.resolveSibling(part.getFileName() + ".part");
        Files.move(part, abandoned);
        download("young");
        usedBefore(old, Duration.ofDays(31));
        usedBefore(abandoned, Duration.ofDays(2));
        assertThat(prune(Optional.of(MONTH), OptionalLong.empty()))
                .extracting(StoreItem::path)
                .containsExactlyInAnyOrder(old, abandoned);
        Path used = download("used");
        usedBefore(used, Duration.ofDays(31));
        assertThat(store.downloads().find(digest("used"), "used".length(), BuildListener.NONE))
                .contains(used);
        assertThat(prune(Optional.of(MONTH), OptionalLong.empty())).isEmpty();
    }

    private static Sha256 digest(String content) {
        return Sha256.of(content.getBytes(StandardCharsets.UTF_8));
    }

    private Path download(String content) throws Exception {
        return Files.writeString(store.downloads().place(digest(content)), content);
    }

    @Test
    void theInventoryListsEverythingWithItsSizeOnDisk() throws Exception {
        download("content");
        List<StoreItem> items = new Inventory(store).list();
        assertThat(items)
                .extracting(StoreItem::name)
                .containsExactly(
                        "trixie/amd64 with make",
                        "make a",
                        "make b",
                        "make c",
                        "make d",
                        digest("content").hex());
        assertThat(items.get(1).bytes()).isBetween((long) DISK_BYTES, DISK_BYTES + 32L * 1024);
        assertThat(items).allMatch(StoreItem::usable).noneMatch(StoreItem::inUse);
    }

    @Test
    void aCacheIsRemovedWhenItWasNotUsedForLongAndIsNotInUse() throws Exception {
        for (String key : List.of("amd64-new-0", "amd64-old-0", "amd64-taken-0")) {
            cache(key, "{\"scope\": \"project\", \"name\": \"g:a\", \"directory\": \"/root/." + key + "\"}");
        }
        usedBefore(Store.Kind.CACHE, "amd64-old-0", MONTH.plusDays(1));
        usedBefore(Store.Kind.CACHE, "amd64-taken-0", MONTH.plusDays(1));
        try (PathLock taken = StoredCache.take(store, "amd64-taken-0").orElseThrow()) {
            assertThat(new Inventory(store).list())
                    .filteredOn(StoreItem::inUse)
                    .extracting(StoreItem::name)
                    .containsExactly("/root/.amd64-taken-0 (g:a)");
            assertThat(prune(Optional.of(MONTH), OptionalLong.empty()))
                    .extracting(StoreItem::name)
                    .containsExactly("/root/.amd64-old-0 (g:a)");
            assertThat(taken.file()).exists();
        }
        assertThat(store.keys(Store.Kind.CACHE)).containsExactly("amd64-new-0", "amd64-taken-0");
    }

    private void cache(String key, String note) throws Exception {
        store.publish(Store.Kind.CACHE, key, directory -> {
            disk(directory);
            Files.writeString(directory.resolve("cache.json"), note);
        });
    }

    @Test
    void aCacheThatAllProjectsSharedIsUselessAndRemoved() throws Exception {
        store.publish(Store.Kind.CACHE, "amd64-shared-0", directory -> {
            disk(directory);
            Files.writeString(directory.resolve("directory"), "/var/cache/apt/archives\n");
        });
        cache("amd64-unknown-0", "{\"scope\": \"everybody\", \"name\": \"x\", \"directory\": \"/a\"}");
        cache("amd64-cut-0", "{\"scope\": \"id\", \"name\": ");
        cache("amd64-good-0", "{\"scope\": \"id\", \"name\": \"debs\", \"directory\": \"/a\"}");
        assertThat(new Inventory(store).list())
                .filteredOn(item -> item.category() == StoreItem.Category.CACHE && !item.usable())
                .extracting(StoreItem::name)
                .containsExactlyInAnyOrder("amd64-shared-0", "amd64-unknown-0", "amd64-cut-0");
        try (PathLock taken = StoredCache.take(store, "amd64-shared-0").orElseThrow()) {
            assertThat(prune(Optional.empty(), OptionalLong.empty()))
                    .extracting(StoreItem::name)
                    .containsExactlyInAnyOrder("amd64-unknown-0", "amd64-cut-0");
            assertThat(taken.file()).exists();
        }
        assertThat(prune(Optional.empty(), OptionalLong.empty()))
                .extracting(StoreItem::name)
                .containsExactly("amd64-shared-0");
        assertThat(store.keys(Store.Kind.CACHE)).containsExactly("amd64-good-0");
    }
}
