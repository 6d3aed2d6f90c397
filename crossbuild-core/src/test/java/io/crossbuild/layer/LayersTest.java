// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.arch.Architecture;
import io.crossbuild.environment.Environment;
import io.crossbuild.event.StepReason;
import io.crossbuild.event.Warning;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.store.BuildDirectory;
import io.crossbuild.store.Store;
import io.crossbuild.tree.FileType;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayersTest {
    private static final String STEP = "echo";

    @TempDir
    Path directory;

    private final List<Warning> said = new ArrayList<>();
    private Store store;
    private Environment environment;
    private LayerBase.OfEnvironment base;
    private Layers layers;

    @BeforeEach
    void openStore() throws Exception {
        store = Store.open(directory.resolve("store"));
        environment = environment("env-1", "first");
        base = new LayerBase.OfEnvironment(environment);
        layers = opened();
    }

    @Test
    void aLayerIsFoundByItsKeyWithEverythingBelowIt() throws Exception {
        Layer first = publish("k1", "one", base);
        Layer second = publish("k2", "two", first);

        assertThat(layers.find("k2", first)).contains(second);
        assertThat(layers.chain(second).orElseThrow())
                .extracting(LayerBase::disk)
                .containsExactly(environment.disk(), layers.diskOf("k1", "one"), layers.diskOf("k2", "two"));
        assertThat(said).isEmpty();
    }

    @Test
    void aLayerOnARefreshedIndexIsBasedOnTheBaseOfThatIndex() throws Exception {
        Layer first = publish("k1", "one", base);
        Layer refresh = publish("refresh", "lists", first);
        Layer second = written("k2", "two", refresh);
        assertThat(layers.publish(second, first, made("two"), false)).isTrue();

        assertThat(layers.find("k2", first)).map(Layer::id).contains("two");
        assertThat(layers.find("k2", base)).isEmpty();
    }

    @Test
    void aLayerWhoseParentIsGoneDoesNotCount() throws Exception {
        Layer first = publish("k1", "one", base);
        publish("k2", "two", first);

        store.remove(Store.Kind.LAYER, "k1-one");

        assertThat(layers.find("k2", first)).isEmpty();
        assertThat(layers.find("k1", base)).isEmpty();
        assertThat(layers.whyMissing("k1", STEP, Map.of(), base)).isEqualTo(StepReason.Plain.LAYER_GONE);
        assertThat(layers.whyMissing("k3", STEP, Map.of(), base)).isEqualTo(StepReason.Plain.NOT_BUILT_BEFORE);
    }

    @Test
    void aLayerWhoseParentWasMadeAgainDoesNotCount() throws Exception {
        Layer first = publish("k1", "one", base);
        publish("k2", "two", first);
        store.remove(Store.Kind.LAYER, "k1-one");
        Layer again = publish("k1", "again", base);

        assertThat(layers.find("k1", base)).contains(again);
        assertThat(layers.find("k2", again)).isEmpty();
    }

    @Test
    void aLayerAboveAnotherInstallationOfTheEnvironmentDoesNotCount() throws Exception {
        publish("k1", "one", base);

        Environment second = environment("env-1", "second");
        Layers above = new Layers(store, second, event -> {});
        assertThat(above.find("k1", new LayerBase.OfEnvironment(second))).isEmpty();
    }

    @Test
    void aUselessLayerIsReplacedWhenItsStepWasRunAgain() throws Exception {
        Layer first = publish("k1", "one", base);
        publish("k2", "two", first);
        store.remove(Store.Kind.LAYER, "k1-one");
        Layer again = publish("k1", "again", base);
        Layer second = publish("k2", "again", again);

        assertThat(layers.find("k2", again)).contains(second);
        assertThat(store.keys(Store.Kind.LAYER)).containsExactly("k1-again", "k2-again");
    }

    @Test
    void ofTwoBuildsWithOneStepTheFirstPublishes() throws Exception {
        Layer first = publish("k1", "one", base);
        Layer late = written("k1", "late", base);

        assertThat(layers.publish(late, base, made("late"), false)).isFalse();
        assertThat(late.disk()).exists();
        assertThat(layers.find("k1", base)).contains(first);
    }

    @Test
    void aForcedRunTakesThePlaceOfTheLayer() throws Exception {
        publish("k1", "one", base);

        assertThat(layers.publish(written("k1", "forced", base), base, made("forced"), true))
                .isTrue();

        assertThat(layers.find("k1", base)).map(Layer::id).contains("forced");
        assertThat(store.keys(Store.Kind.LAYER)).containsExactly("k1-forced");
    }

    @Test
    void aLayerOnWhichAnotherBuildIsBasedStaysWithItsImage() throws Exception {
        Layer first = publish("k1", "one", base);
        try (BuildDirectory other = store.newBuildDirectory()) {
            other.hold(List.of(first.disk().getParent()));
            layers.publish(written("k1", "forced", base), base, made("forced"), true);

            assertThat(first.disk()).hasContent("one");
            assertThat(layers.find("k1", base)).map(Layer::id).contains("forced");
        }
        layers.publish(written("k1", "last", base), base, made("forced"), true);
        assertThat(store.keys(Store.Kind.LAYER)).containsExactly("k1-last");
    }

    @Test
    void aTruncatedLayerIsReportedOnceAndIgnored() throws Exception {
        Layer first = publish("k1", "one", base);
        publish("k2", "two", first);
        try (RandomAccessFile disk = new RandomAccessFile(first.disk().toFile(), "rw")) {
            disk.setLength(1);
        }
        Layers later = opened();

        assertThat(later.find("k1", base)).isEmpty();
        assertThat(later.find("k2", first)).isEmpty();
        assertThat(said)
                .containsExactly(
                        new Warning.LayerDamaged("echo one", "'" + first.disk() + "' has 1 bytes (expected 3)"));
        assertThat(later.whyMissing("k1", STEP, Map.of(), base)).isEqualTo(StepReason.Plain.LAYER_DAMAGED);
    }

    @Test
    void aChangedLayerOfTheSameSizeIsNoticed() throws Exception {
        Layer first = publish("k1", "one", base);
        Files.writeString(first.disk(), "ONE");
        Files.setLastModifiedTime(first.disk(), FileTime.fromMillis(1));

        assertThat(opened().find("k1", base)).isEmpty();
        assertThat(said).singleElement().isInstanceOfSatisfying(Warning.LayerDamaged.class, w -> {
            assertThat(w.step()).isEqualTo("echo one");
            assertThat(w.damage()).contains("has digest");
        });
    }

    @Test
    void aLayerThatWasCopiedWithItsStoreCounts() throws Exception {
        Layer first = publish("k1", "one", base);
        Files.setLastModifiedTime(first.disk(), FileTime.fromMillis(1));
        Path seal = first.disk().resolveSibling("seal");
        byte[] published = Files.readAllBytes(seal);

        assertThat(opened().find("k1", base)).contains(first);
        byte[] restamped = Files.readAllBytes(seal);
        assertThat(restamped).as("the next check is quick again").isNotEqualTo(published);
        assertThat(opened().find("k1", base)).contains(first);
        assertThat(seal).hasBinaryContent(restamped);
        assertThat(said).isEmpty();
    }

    @Test
    void aLayerWithoutItsImageIsNoticed() throws Exception {
        Layer first = publish("k1", "one", base);
        Files.delete(first.disk());

        assertThat(opened().find("k1", base)).isEmpty();
        assertThat(said).containsExactly(new Warning.LayerDamaged("echo one", "'" + first.disk() + "' is gone"));
    }

    @Test
    void aLayerWithoutItsSealIsNoticed() throws Exception {
        Layer first = publish("k1", "one", base);
        Path seal = first.disk().resolveSibling("seal");
        Files.delete(seal);

        assertThat(opened().find("k1", base)).isEmpty();
        assertThat(said).containsExactly(new Warning.LayerDamaged("echo one", "'" + seal + "' is gone"));
    }

    @Test
    void aDamagedNoteIsNoticedAndReplaced() throws Exception {
        publish("k1", "one", base);
        Path note = store.find(Store.Kind.LAYER, "k1-one").orElseThrow().resolve("layer.json");
        Files.writeString(note, "{\"id\":");

        assertThat(opened().find("k1", base)).isEmpty();
        assertThat(said).containsExactly(new Warning.LayerUnreadable(note));

        publish("k1", "again", base);
        assertThat(store.keys(Store.Kind.LAYER)).containsExactly("k1-again");
    }

    private Layer publishTraced(String key, String id) throws Exception {
        StepTrace trace = new StepTrace(new TreeMap<>(Map.of("/bin", FileType.SYMLINK)));
        Layer layer = written(key, id, base).withTrace(trace);
        assertThat(layers.publish(layer, base, made(id), false)).isTrue();
        return layer;
    }

    @Test
    void whatAStepReadIsFoundWithItsLayer() throws Exception {
        publishTraced("k1", "one");
        Layer found = opened().find("k1", base).orElseThrow();
        assertThat(found.trace().orElseThrow().files()).containsOnly(Map.entry("/bin", FileType.SYMLINK));
        Layer second = publish("k2", "two", found);
        assertThat(second.trace()).isEmpty();
        assertThat(opened().chain(second).orElseThrow().get(1)).isEqualTo(found);
    }

    @Test
    void aLayerWithADamagedTraceIsNoticed() throws Exception {
        publishTraced("k1", "one");
        publishTraced("k2", "two");
        publishTraced("k3", "three");
        Path first = store.find(Store.Kind.LAYER, "k1-one").orElseThrow().resolve("trace");
        Path second = store.find(Store.Kind.LAYER, "k2-two").orElseThrow().resolve("trace");
        Path third = store.find(Store.Kind.LAYER, "k3-three").orElseThrow().resolve("trace");
        Files.write(first, Files.readAllBytes(second));
        Files.writeString(second, "no trace");
        Files.delete(third);

        Layers later = opened();
        assertThat(later.find("k1", base)).isEmpty();
        assertThat(later.find("k2", base)).isEmpty();
        assertThat(later.find("k3", base)).isEmpty();
        assertThat(said)
                .extracting(w -> ((Warning.LayerDamaged) w).damage())
                .satisfiesExactly(
                        damage -> assertThat(damage).contains(first.toString(), " has "),
                        damage -> assertThat(damage).contains(second.toString(), " has "),
                        damage -> assertThat(damage).contains(third.toString(), "is gone"));
        assertThat(later.whyMissing("k1", STEP, Map.of(), base)).isEqualTo(StepReason.Plain.LAYER_DAMAGED);
    }

    private Layers opened() {
        return new Layers(store, environment, event -> {
            if (event instanceof Warning warning) {
                said.add(warning);
            }
        });
    }

    private Layer publish(String key, String id, LayerBase parent) throws Exception {
        Layer layer = written(key, id, parent);
        assertThat(layers.publish(layer, parent, made(id), false)).isTrue();
        return layers.find(key, parent).orElseThrow();
    }

    private static StepResult made(String id) {
        return new StepResult("echo " + id, Map.of(), StepState.INITIAL, Duration.ofSeconds(3), Optional.empty());
    }

    private Layer written(String key, String id, LayerBase parent) throws Exception {
        Path image = Files.writeString(directory.resolve("image-" + key + "-" + id), id);
        return new Layer(
                key,
                id,
                parent.asParent(),
                "release",
                new StepState("/srv", "declare -x A=\"" + id + "\"\n"),
                Duration.ofSeconds(3),
                image,
                Optional.empty());
    }

    private Environment environment(String key, String id) throws Exception {
        Path home = store.publish(
                Store.Kind.ENVIRONMENT,
                key,
                content -> Files.write(content.resolve("disk.qcow2"), "disk".getBytes(StandardCharsets.UTF_8)));
        EnvironmentSpec spec = new EnvironmentSpec("trixie", Architecture.AMD64, List.of());
        return new Environment(key, id, spec, "release", "https://mirror.example/debian/", Map.of(), 1, home);
    }
}
