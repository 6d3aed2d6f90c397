// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.arch.Architecture;
import io.crossbuild.disk.qcow2.Qcow2Writer;
import io.crossbuild.environment.Environment;
import io.crossbuild.guest.MemoryGuests;
import io.crossbuild.guest.Story;
import io.crossbuild.io.FullFileSystem;
import io.crossbuild.io.PathLock;
import io.crossbuild.io.ReadOnlyFileSystem;
import io.crossbuild.layer.TraceReader;
import io.crossbuild.script.BuildFile;
import io.crossbuild.script.CacheScope;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.spec.InputSpec;
import io.crossbuild.spec.MachineOptions;
import io.crossbuild.spec.NetworkOptions;
import io.crossbuild.spec.Secrets;
import io.crossbuild.spec.UserTerminal;
import io.crossbuild.store.BuildDirectory;
import io.crossbuild.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** Runs builds in an empty environment, in guests in memory. */
final class TestBuild {
    static final CacheScope PROJECT = new CacheScope(CacheScope.Kind.PROJECT, "com.example:demo");
    private static final long DISK_BYTES = 1L << 30;

    private final Path directory;
    private final Store store;
    private final Environment environment;
    private final Story story = new Story();
    private final MemoryGuests guests = new MemoryGuests(story);
    private Path logs;
    private Optional<String> release = Optional.of("release-1");
    private List<InputSpec> inputs = List.of();
    private Secrets secrets = Secrets.NONE;
    private boolean noCache;
    private long diskBytes = DISK_BYTES;
    private long logBytes = 1 << 28;
    private long cacheBytes = 1L << 34;
    private TraceReader traces = (images, window) -> {
        throw new AssertionError("no step is traced");
    };

    TestBuild(Path directory) throws Exception {
        this.directory = directory;
        this.logs = directory.resolve("logs");
        store = Store.open(directory.resolve("store"));
        Path home = store.publish(
                Store.Kind.ENVIRONMENT,
                "env-1",
                content -> Qcow2Writer.create(content.resolve("disk.qcow2"), DISK_BYTES));
        EnvironmentSpec spec = new EnvironmentSpec("trixie", Architecture.AMD64, List.of());
        environment = new Environment(
                "env-1", "first", spec, "release-1", "https://mirror.example/debian/", Map.of(), 1, home);
    }

    Store store() {
        return store;
    }

    Story story() {
        return story;
    }

    MemoryGuests guests() {
        return guests;
    }

    Path buildFile() {
        return directory.resolve("build.txt");
    }

    Path log() {
        return directory.resolve("logs/build.log");
    }

    /** Changes the release of the archive; empty for an archive that cannot be reached. */
    void archiveIsAt(Optional<String> other) {
        release = other;
    }

    void withInputs(InputSpec... specs) {
        inputs = List.of(specs);
    }

    void withSecrets(Secrets values) {
        secrets = values;
    }

    void withDisk(long bytes) {
        diskBytes = bytes;
    }

    /** Writes logs to a disk without room for them. */
    void withoutRoomForLogs() {
        logs = new FullFileSystem(directory).path(logs);
    }

    void withMaxLog(long bytes) {
        logBytes = bytes;
    }

    void withMaxCaches(long bytes) {
        cacheBytes = bytes;
    }

    void withoutCache(boolean without) {
        noCache = without;
    }

    /** What reads traces of disks, which are not real. */
    void withTraces(TraceReader reader) {
        traces = reader;
    }

    Path file(String name, String content) throws Exception {
        return Files.writeString(directory.resolve(name), content);
    }

    private ScriptRequest request(String text) throws Exception {
        BuildFile file = BuildFile.read(Files.writeString(buildFile(), text));
        MachineOptions machine = new MachineOptions(
                1 << 30,
                1,
                diskBytes,
                "tcg",
                Duration.ofSeconds(5),
                Duration.ofSeconds(90),
                NetworkOptions.DEFAULTS,
                logBytes,
                cacheBytes);
        return new ScriptRequest(environment, file, PROJECT, inputs, List.of(), secrets, noCache, machine, logs);
    }

    /** Runs the lines of a build file. */
    LayeredDisk build(String text) throws Exception {
        ScriptRequest request = request(text);
        try (BuildDirectory own = store.newBuildDirectory()) {
            return new ScriptRun(store, guests, () -> release, story, request, own, traces).run();
        }
    }

    /** What an earlier build left. */
    Optional<LayeredDisk> held(String text) throws Exception {
        ScriptRequest request = request(text);
        try (BuildDirectory own = store.newBuildDirectory()) {
            return new ScriptRun(store, guests, () -> release, story, request, own, traces).held();
        }
    }

    /** The same if the store is on a file system that cannot be written. */
    Optional<LayeredDisk> heldReadOnly(String text) throws Exception {
        Store readOnly = Store.open(new ReadOnlyFileSystem(directory).path(store.home()));
        ScriptRequest request = request(text);
        try (BuildDirectory own = readOnly.newReadingDirectory()) {
            return new ScriptRun(readOnly, guests, () -> release, story, request, own, traces).held();
        }
    }

    /** Opens a shell. */
    int shell(String text, OptionalInt afterStep, UserTerminal terminal) throws Exception {
        ScriptRequest request = request(text);
        try (BuildDirectory own = store.newBuildDirectory()) {
            return new ShellRun(store, guests, story, request, own).run(afterStep, terminal);
        }
    }

    /** A file of the disk that a build left. */
    static String read(LayeredDisk disk, String path) throws Exception {
        List<Path> images = disk.images();
        return MemoryGuests.read(images.get(images.size() - 1), path);
    }

    int layers() throws Exception {
        return store.keys(Store.Kind.LAYER).size();
    }

    /** Checks that every guest was closed, every lock released, and nothing half-made left. */
    void assertNothingIsLeft() throws Exception {
        assertThat(guests.open()).isEmpty();
        for (String name : List.of("builds", "staging")) {
            assertThat(store.home().resolve(name)).isEmptyDirectory();
        }
        try (Stream<Path> files = Files.list(store.home().resolve("locks"))) {
            for (Path file : files.toList()) {
                Optional<PathLock> lock = PathLock.tryAcquire(file);
                assertThat(lock).as("%s", file).isPresent();
                lock.get().close();
            }
        }
    }
}
