// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.arch.Architecture;
import io.crossbuild.environment.Environment;
import io.crossbuild.environment.EnvironmentSpec;
import io.crossbuild.store.Store;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayersTest {
    @TempDir
    Path directory;

    private Store store;
    private Environment environment;
    private Base.OfEnvironment base;
    private Layers layers;

    @BeforeEach
    void openStore() throws Exception {
        store = Store.open(directory.resolve("store"));
        environment = environment("env-1", "first");
        base = new Base.OfEnvironment(environment);
        layers = new Layers(store, environment);
    }

    @Test
    void aLayerIsFoundByItsKeyWithAllThatItLiesOn() throws Exception {
        Layer first = publish("k1", "one", base);
        Layer second = publish("k2", "two", first);

        assertThat(layers.find("k2")).hasValueSatisfying(found -> {
            assertThat(found.id()).isEqualTo("two");
            assertThat(found.state()).isEqualTo(second.state());
        });
        assertThat(layers.chain(layers.find("k2").orElseThrow()))
                .contains(List.of(environment.disk(), layers.diskOf("k1"), layers.diskOf("k2")));
    }

    @Test
    void aLayerWhoseParentIsGoneDoesNotCount() throws Exception {
        Layer first = publish("k1", "one", base);
        publish("k2", "two", first);

        store.remove(Store.Kind.LAYER, "k1");

        assertThat(layers.find("k2")).isEmpty();
    }

    @Test
    void aLayerWhoseParentWasMadeAgainDoesNotCount() throws Exception {
        Layer first = publish("k1", "one", base);
        publish("k2", "two", first);
        store.remove(Store.Kind.LAYER, "k1");
        publish("k1", "one again", base);

        assertThat(layers.find("k1")).isPresent();
        assertThat(layers.find("k2")).isEmpty();
    }

    @Test
    void aLayerAboveAnotherInstallationOfTheEnvironmentDoesNotCount() throws Exception {
        publish("k1", "one", base);

        assertThat(new Layers(store, environment("env-1", "second")).find("k1")).isEmpty();
    }

    @Test
    void aUselessLayerIsReplacedWhenItsStepWasRunAgain() throws Exception {
        Layer first = publish("k1", "one", base);
        publish("k2", "two", first);
        store.remove(Store.Kind.LAYER, "k1");
        Layer again = publish("k1", "one again", base);
        publish("k2", "two again", again);

        assertThat(layers.find("k2")).map(Layer::id).contains("two again");
    }

    @Test
    void ofTwoBuildsWithOneStepTheFirstPublishes() throws Exception {
        publish("k1", "one", base);
        Layer late = written("k1", "late", base);

        assertThat(layers.publish(late, "echo")).isFalse();
        assertThat(late.disk()).exists();
        assertThat(layers.find("k1")).map(Layer::id).contains("one");
    }

    @Test
    void aDamagedNoteMakesALayerUseless() throws Exception {
        publish("k1", "one", base);
        Path note = store.find(Store.Kind.LAYER, "k1").orElseThrow().resolve("layer.json");
        Files.writeString(note, "{\"id\":");

        assertThat(layers.find("k1")).isEmpty();
    }

    private Layer publish(String key, String id, Base parent) throws Exception {
        Layer layer = written(key, id, parent);
        assertThat(layers.publish(layer, "echo " + id)).isTrue();
        return layers.find(key).orElseThrow();
    }

    private Layer written(String key, String id, Base parent) throws Exception {
        Path image = Files.writeString(directory.resolve("image-" + key + "-" + id.replace(' ', '-')), id);
        return new Layer(
                key, id, parent.asParent(), "release", new StepState("/srv", "declare -x A=\"" + id + "\"\n"), image);
    }

    private Environment environment(String key, String id) throws Exception {
        Path home = store.publish(
                Store.Kind.ENVIRONMENT,
                key,
                content -> Files.write(content.resolve("disk.qcow2"), "disk".getBytes(StandardCharsets.UTF_8)));
        EnvironmentSpec spec = new EnvironmentSpec("trixie", Architecture.AMD64, List.of());
        return new Environment(key, id, spec, "release", "https://mirror.example/debian/", 1, home);
    }
}
