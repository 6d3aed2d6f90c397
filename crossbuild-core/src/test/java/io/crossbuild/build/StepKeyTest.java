// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.input.HostInput;
import io.crossbuild.input.InputContext;
import io.crossbuild.layer.StepState;
import io.crossbuild.script.CacheName;
import io.crossbuild.script.CacheScope;
import io.crossbuild.script.Directive;
import io.crossbuild.script.Step;
import io.crossbuild.spec.InputSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepKeyTest {
    @Test
    void thePositionOfALineInTheFileDoesNotMatter() {
        assertThat(StepKey.of("p", step(1, "make"), StepState.INITIAL))
                .isEqualTo(StepKey.of("p", step(9, "make"), StepState.INITIAL));
    }

    @Test
    void everythingThatDecidesWhatAStepDoesChangesItsKey() {
        Set<String> keys = Stream.of(
                        StepKey.of("p", step("make"), StepState.INITIAL),
                        StepKey.of("q", step("make"), StepState.INITIAL),
                        StepKey.of("p", step("make "), StepState.INITIAL),
                        StepKey.of("p", step("make"), new StepState("/tmp", "")),
                        StepKey.of("p", step("make"), new StepState("/root", "declare -x CC=\"gcc\"\n")),
                        StepKey.of("p", withCaches(cache(CacheScope.Kind.PROJECT, "x", "/a")), StepState.INITIAL),
                        StepKey.of(
                                "p",
                                withCaches(
                                        cache(CacheScope.Kind.PROJECT, "x", "/a"),
                                        cache(CacheScope.Kind.PROJECT, "x", "/b")),
                                StepState.INITIAL),
                        StepKey.of("p", withCaches(cache(CacheScope.Kind.PROJECT, "y", "/a")), StepState.INITIAL),
                        StepKey.of("p", withCaches(cache(CacheScope.Kind.DIRECTORY, "x", "/a")), StepState.INITIAL),
                        StepKey.of("p", withCaches(cache(CacheScope.Kind.ID, "x", "/a")), StepState.INITIAL),
                        StepKey.of("p", traced("make"), StepState.INITIAL),
                        StepKey.of("p", offline("make"), StepState.INITIAL),
                        StepKey.of("p", withSecret("A", Optional.of("A"), Optional.empty()), StepState.INITIAL),
                        StepKey.of("p", withSecret("B", Optional.of("A"), Optional.empty()), StepState.INITIAL),
                        StepKey.of("p", withSecret("A", Optional.of("B"), Optional.empty()), StepState.INITIAL),
                        StepKey.of("p", withSecret("A", Optional.empty(), Optional.of("/a")), StepState.INITIAL),
                        StepKey.of("p", withSecret("A", Optional.empty(), Optional.of("/b")), StepState.INITIAL),
                        StepKey.ofRefresh("p", "make"))
                .collect(Collectors.toSet());

        assertThat(keys).hasSize(18);
    }

    @Test
    void partsDoNotRunTogether() {
        assertThat(StepKey.of("p", step("ab"), new StepState("c", "")))
                .isNotEqualTo(StepKey.of("p", step("a"), new StepState("bc", "")));
    }

    @Test
    void whatAnInputBringsAndWhereChangesTheKey(@TempDir Path directory) throws Exception {
        Path buildFile = Files.writeString(directory.resolve("build.txt"), "make\n");
        InputContext context = InputContext.of(buildFile, directory.resolve("logs/x"), List.of());
        Files.writeString(directory.resolve("a"), "1");
        String first = StepKey.of("p", withInput(context, "a", "/x"), StepState.INITIAL);
        String elsewhere = StepKey.of("p", withInput(context, "a", "/y"), StepState.INITIAL);
        Files.writeString(directory.resolve("a"), "2");
        String changed = StepKey.of("p", withInput(context, "a", "/x"), StepState.INITIAL);
        Files.writeString(directory.resolve("b"), "2");
        String sameFromElsewhere = StepKey.of("p", withInput(context, "b", "/x"), StepState.INITIAL);

        assertThat(Set.of(first, elsewhere, changed, StepKey.of("p", step("make"), StepState.INITIAL)))
                .hasSize(4);
        assertThat(sameFromElsewhere).isEqualTo(changed);
    }

    private static PreparedStep withInput(InputContext context, String source, String destination) throws Exception {
        HostInput input = HostInput.of(new InputSpec("build.txt", "line 1", source, destination, List.of()), context);
        return new PreparedStep(step("make").step(), List.of(new PreparedStep.Input(input, input.read())), List.of());
    }

    private static CacheName cache(CacheScope.Kind kind, String name, String directory) {
        return new CacheName(new CacheScope(kind, name), directory);
    }

    private static PreparedStep withCaches(CacheName... caches) {
        return new PreparedStep(step("make").step(), List.of(), List.of(caches));
    }

    private static PreparedStep withSecret(String name, Optional<String> variable, Optional<String> file) {
        Step step = new Step(1, 1, "make", List.of(new Directive.Secret(1, name, variable, file)));
        return new PreparedStep(step, List.of(), List.of());
    }

    private static PreparedStep traced(String text) {
        return new PreparedStep(new Step(1, 1, text, List.of(new Directive.Trace(1))), List.of(), List.of());
    }

    private static PreparedStep offline(String text) {
        return new PreparedStep(new Step(1, 1, text, List.of(new Directive.Network(1))), List.of(), List.of());
    }

    private static PreparedStep step(String text) {
        return step(1, text);
    }

    private static PreparedStep step(int line, String text) {
        return new PreparedStep(new Step(line, line, text, List.of()), List.of(), List.of());
    }
}
