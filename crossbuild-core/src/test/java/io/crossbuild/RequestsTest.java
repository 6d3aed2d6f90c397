// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.arch.Architecture;
import io.crossbuild.closure.CpuProfile;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.config.BuildConfig;
import io.crossbuild.config.ConfigLayer;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.qemu.Accelerator;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.spec.HostRule;
import io.crossbuild.spec.HttpProxy;
import io.crossbuild.spec.InputSpec;
import io.crossbuild.spec.LibraryVersion;
import io.crossbuild.spec.MachineOptions;
import io.crossbuild.spec.NetworkMode;
import io.crossbuild.spec.NetworkOptions;
import io.crossbuild.spec.ProgramCall;
import io.crossbuild.spec.ProgramStreams;
import io.crossbuild.spec.PruneRequest;
import io.crossbuild.spec.RunOptions;
import io.crossbuild.spec.Secrets;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests start with the values that a build requires, and are changed one value at a time. */
class RequestsTest {
    private static final EnvironmentSpec TRIXIE = EnvironmentSpec.of("trixie", Architecture.AMD64);
    private static final BuildRequest BUILD =
            BuildRequest.of(TRIXIE, Path.of("build.txt"), BuildConfig.EMPTY, Path.of("target", "root"));

    static Stream<Record> requests() {
        return Stream.of(
                BUILD,
                ShellRequest.of(TRIXIE),
                RunRequest.of(BUILD),
                RunOptions.DEFAULTS,
                ProgramStreams.to(OutputStream.nullOutputStream(), OutputStream.nullOutputStream()),
                HostOptions.defaults(),
                MachineOptions.defaults(),
                NetworkOptions.DEFAULTS,
                TRIXIE,
                ClosureOptions.DEFAULTS,
                ExtractionOptions.DEFAULTS,
                InputSpec.of("src", "~/src"),
                HttpProxy.of("proxy.example", 3128),
                PruneRequest.UNUSABLE,
                BuildConfig.EMPTY,
                ConfigLayer.of("pom.xml"));
    }

    /** A wither with its arguments in a wrong order would compile. */
    @ParameterizedTest
    @MethodSource("requests")
    void aWitherChangesWhatItIsNamedAfterAndNothingElse(Record request) throws Exception {
        List<Method> withers = Arrays.stream(request.getClass().getMethods())
                .filter(m -> m.getName().startsWith("with") && !Modifier.isStatic(m.getModifiers()))
                .toList();
        assertThat(withers).isNotEmpty();
        for (Method wither : withers) {
            Object changed = wither.invoke(request, arguments(wither));
            if (changed.equals(request) && wither.getParameterTypes()[0] == boolean.class) {
                // It is true by default.
                changed = wither.invoke(request, false);
            }
            assertThat(differences(request, (Record) changed))
                    .as(wither.toString())
                    .isEqualTo(names(wither));
        }
    }

    @Test
    void logsOfABuildAreNextToItsTargetRoot() {
        assertThat(BUILD.logDirectory())
                .isEqualTo(Path.of("target", "crossbuild-logs", "root").toAbsolutePath());
        assertThat(BuildRequest.of(TRIXIE, Path.of("build.txt"), BuildConfig.EMPTY, Path.of("/"))
                        .logDirectory())
                .isEqualTo(Path.of("/crossbuild-logs/root").toAbsolutePath());
        assertThat(ShellRequest.of(BUILD).logDirectory()).isEqualTo(BUILD.logDirectory());
        assertThat(RunRequest.of(TRIXIE, BuildConfig.EMPTY, BUILD.targetRoot()).logDirectory())
                .isEqualTo(BUILD.logDirectory());
    }

    @Test
    void secretsAreNotShown() throws Exception {
        BuildRequest request = BUILD.withSecrets(Secrets.of(Map.of("TOKEN", "hunter2-hunter2")));
        assertThat(request.secrets().find("TOKEN")).contains("hunter2-hunter2");
        assertThat(request.secrets().find("OTHER")).isEmpty();
        assertThat(request.toString()).contains("secrets=Secrets[***]").doesNotContain("hunter2");
    }

    @Test
    void packagesAreSortedAndListsAreCopied() {
        assertThat(TRIXIE.withPackages("make", "gcc", "make").packages()).containsExactly("gcc", "make");
        List<InputSpec> inputs = new ArrayList<>(List.of(InputSpec.of("a", "b")));
        BuildRequest request = BUILD.withInputs(inputs);
        inputs.clear();
        assertThat(request.inputs()).hasSize(1);
    }

    @Test
    void theAcceleratorsOfTheApiAreThoseThatQemuHas() {
        assertThat(MachineOptions.ACCELERATORS)
                .containsExactlyElementsOf(Stream.concat(
                                Stream.of("auto"),
                                Arrays.stream(Accelerator.values())
                                        .map(a -> a.qemuName().toLowerCase(Locale.ROOT)))
                        .toList());
    }

    @Test
    void aBuildFileAndAMirrorAreCheckedBeforeABuild(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("build.txt");
        assertThatThrownBy(() -> Crossbuild.checkBuildFile(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("there is no such file");
        Files.writeString(file, "echo hello\n");
        Crossbuild.checkBuildFile(file);
        assertThatThrownBy(() -> Crossbuild.checkMirror(URI.create("ftp://mirror.example/debian")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("expected an http or https address");
        Crossbuild.checkMirror(URI.create("http://mirror.example/debian"));
    }

    @Test
    void anArchivedReleaseNeedsAMirrorThatIsNamed(@TempDir Path directory) throws Exception {
        Crossbuild crossbuild = Crossbuild.open(
                HostOptions.defaults().withHome(directory.resolve("store")).withOffline(true), event -> {});
        for (String suite : EnvironmentSpec.ARCHIVED_SUITES) {
            EnvironmentSpec spec = EnvironmentSpec.of(suite, Architecture.AMD64);
            assertThatThrownBy(() -> crossbuild.installEnvironment(spec))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("none for '" + suite + "', an archived release")
                    .satisfies(e -> assertThat(((ConfigException) e).advice())
                            .containsExactly(AdviceKey.NAME_ARCHIVE_MIRROR.advice()));
        }
    }

    @Test
    void versionsOfLibrariesCompareNumberByNumber() {
        assertThat(Stream.of("2.17", "2.9", "2.2.5", "2.2", "2.41")
                        .map(v -> LibraryVersion.ofGlibc(v).orElseThrow())
                        .sorted()
                        .map(LibraryVersion::text))
                .containsExactly("2.2", "2.2.5", "2.9", "2.17", "2.41");
        for (String wrong : List.of("", "2", "latest", "2.x", "3.4.19", "GLIBC_2.17", "2.17.", "-2.17", "2.9999999")) {
            assertThat(LibraryVersion.ofGlibc(wrong)).as(wrong).isEmpty();
        }
        assertThat(LibraryVersion.ofGlibcxx("3.4.19").orElseThrow()).hasToString("3.4.19");
        for (String wrong : List.of("2.17", "4.8", "3", "3.5.1", "11")) {
            assertThat(LibraryVersion.ofGlibcxx(wrong)).as(wrong).isEmpty();
        }
    }

    private static Set<String> differences(Record one, Record other) throws Exception {
        Set<String> names = new TreeSet<>();
        for (RecordComponent component : one.getClass().getRecordComponents()) {
            Object before = value(component, one);
            Object after = value(component, other);
            if (before == null ? after != null : !before.equals(after)) {
                names.add(component.getName());
            }
        }
        return names;
    }

    private static Object value(RecordComponent component, Record of)
            throws IllegalAccessException, InvocationTargetException {
        return component.getAccessor().invoke(of);
    }

    private static Set<String> names(Method wither) {
        if (wither.getName().equals("withCredentials")) {
            return Set.of("user", "password");
        }
        String name = wither.getName().substring("with".length());
        return Set.of(name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1));
    }

    private static Object[] arguments(Method wither) {
        return Arrays.stream(wither.getGenericParameterTypes())
                .map(RequestsTest::argument)
                .toArray();
    }

    private static final Map<Type, Object> ARGUMENTS = Map.ofEntries(
            Map.entry(boolean.class, true),
            Map.entry(int.class, 77),
            Map.entry(long.class, 77L << 30),
            Map.entry(String.class, "other"),
            Map.entry(String[].class, new String[] {"other"}),
            Map.entry(InputSpec[].class, new InputSpec[] {InputSpec.of("other", "other")}),
            Map.entry(Path.class, Path.of("other")),
            Map.entry(ProgramCall[].class, new ProgramCall[] {ProgramCall.of("/other")}),
            Map.entry(RunOptions.class, RunOptions.DEFAULTS.withNetwork(true)),
            Map.entry(BuildConfig.class, BuildConfig.EMPTY.withProgram("/other")),
            Map.entry(InputStream.class, InputStream.nullInputStream()),
            Map.entry(URI.class, URI.create("http://other.example/")),
            Map.entry(Duration.class, Duration.ofDays(7)),
            Map.entry(Instant.class, Instant.EPOCH),
            Map.entry(Optional.class, Optional.of(Duration.ofDays(7))),
            Map.entry(OptionalInt.class, OptionalInt.of(7)),
            Map.entry(OptionalLong.class, OptionalLong.of(7)),
            Map.entry(Map.class, Map.of("other", "other")),
            Map.entry(Secrets.class, Secrets.of(Map.of("other", "other"))),
            Map.entry(HttpProxy.class, HttpProxy.of("other.example", 1)),
            Map.entry(MachineOptions.class, MachineOptions.defaults().withCpus(77)),
            Map.entry(NetworkMode.class, NetworkMode.FULL),
            Map.entry(NetworkOptions.class, NetworkOptions.DEFAULTS.withMode(NetworkMode.FULL)),
            Map.entry(Architecture.class, Architecture.ARM64),
            Map.entry(ClosureOptions.class, ClosureOptions.DEFAULTS.withLdconfig(true)),
            Map.entry(ClosureOptions.StartCheck.class, ClosureOptions.StartCheck.WARN),
            Map.entry(ExtractionOptions.class, ExtractionOptions.DEFAULTS.withKeepSetId(true)),
            Map.entry(ExtractionOptions.Links.class, ExtractionOptions.Links.FOLLOW),
            Map.entry(LibraryVersion.class, LibraryVersion.ofGlibc("2.17").orElseThrow()),
            Map.entry(CpuProfile.class, CpuProfile.named("x86-64-v3").orElseThrow()),
            Map.entry(Set.class, Set.of(HintGroup.DNS)));

    private static Object argument(Type type) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            Type item = generic.getActualTypeArguments()[0];
            if (item == ProgramCall.class) {
                return List.of(ProgramCall.of("/other"));
            }
            if (item == HostRule.class) {
                return List.of(HostRule.parse("other").orElseThrow());
            }
            if (item == Path.class) {
                return List.of(Path.of("other"));
            }
            return item == InputSpec.class ? List.of(InputSpec.of("other", "other")) : List.of("other");
        }
        Object value = ARGUMENTS.get(type instanceof ParameterizedType generic ? generic.getRawType() : type);
        if (value == null) {
            throw new AssertionError("no argument of " + type);
        }
        return value;
    }
}
