// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A module of a user, compiled against the library as a module: it sees the exported packages, and no other. */
class ConsumerModuleTest {
    private static final String DESCRIPTOR = "module consumer { requires io.crossbuild.core; }";

    @TempDir
    private Path directory;

    @Test
    void exactlyTheseApiPackagesAreExported() throws Exception {
        assertThat(ExportedPackages.names())
                .containsExactlyInAnyOrder(
                        "io.crossbuild",
                        "io.crossbuild.arch",
                        "io.crossbuild.closure",
                        "io.crossbuild.config",
                        "io.crossbuild.error",
                        "io.crossbuild.event",
                        "io.crossbuild.report",
                        "io.crossbuild.spec");
    }

    @Test
    void aModuleThatRequiresTheLibraryUsesEachExportedPackage() throws Exception {
        assertThat(compile("""
                package consumer;

                import io.crossbuild.BuildRequest;
                import io.crossbuild.Crossbuild;
                import io.crossbuild.HostOptions;
                import io.crossbuild.PrintingListener;
                import io.crossbuild.ShellRequest;
                import io.crossbuild.arch.Architecture;
                import io.crossbuild.closure.HintGroup;
                import io.crossbuild.config.BuildConfig;
                import io.crossbuild.config.ConfigFile;
                import io.crossbuild.error.ConfigException;
                import io.crossbuild.error.CrossbuildException;
                import io.crossbuild.event.BuildListener;
                import io.crossbuild.report.ProgramClosure;
                import io.crossbuild.spec.ClosureOptions;
                import io.crossbuild.spec.EnvironmentSpec;
                import io.crossbuild.spec.ExtractionOptions;
                import io.crossbuild.spec.HttpProxy;
                import io.crossbuild.spec.InputSpec;
                import io.crossbuild.spec.MachineOptions;
                import io.crossbuild.spec.PruneRequest;
                import java.nio.file.Path;
                import java.time.Duration;
                import java.util.Set;

                final class Consumer {
                    ProgramClosure use(Path project) throws Exception {
                        BuildListener listener = PrintingListener.to(System.out);
                        HostOptions host = HostOptions.defaults().withOffline(true)
                                .withProxy(HttpProxy.of("proxy.example", 3128).withExceptions("*.example"));
                        EnvironmentSpec environment =
                                EnvironmentSpec.of("trixie").withArch(Architecture.ARM64).withPackages("gcc", "make");
                        BuildConfig config = BuildConfig.EMPTY.withProgram("/bin/true").withFiles("a").withDirs("b");
                        ClosureOptions closure = ClosureOptions.DEFAULTS.withInclude(Set.of(HintGroup.DNS));
                        BuildRequest request = BuildRequest.of(
                                        environment, project.resolve("build.txt"), config, project.resolve("root"))
                                .withInputs(InputSpec.of("src", "~/src").withExcludes("*.o"))
                                .withMachine(MachineOptions.defaults().withCpus(2).withMemoryBytes(1L << 30))
                                .withExtraction(ExtractionOptions.DEFAULTS.withClosure(closure))
                                .withProject("consumer")
                                .withNoCache(true);
                        try {
                            Crossbuild crossbuild = Crossbuild.open(host, listener);
                            crossbuild.installEnvironment(environment);
                            crossbuild.build(request);
                            crossbuild.extract(request);
                            crossbuild.shell(ShellRequest.of(request).withAfterStep(1), null);
                            crossbuild.prune(PruneRequest.UNUSABLE.withUnusedFor(Duration.ofDays(30)));
                            return crossbuild.closure(request);
                        } catch (ConfigException e) {
                            Crossbuild.checkBuildFile(project.resolve("build.txt"));
                            ConfigFile.read(project.resolve("config.json"));
                            throw new IllegalStateException(e.problems().toString(), e);
                        } catch (CrossbuildException e) {
                            throw new IllegalStateException(e.advice().toString(), e);
                        }
                    }
                }
                """)).isEmpty();
    }

    @Test
    void aPackageOfTheLibrarysInsideIsNotVisible() throws Exception {
        assertThat(compile("""
                package consumer;

                final class Consumer {
                    Object use(io.crossbuild.ldso.LoaderOptions options) {
                        return options;
                    }
                }
                """))
                .singleElement(InstanceOfAssertFactories.STRING)
                .contains("io.crossbuild.ldso", "does not export it");
    }

    /** The errors of a module that has this one class. */
    private List<String> compile(String source) throws IOException, URISyntaxException {
        Path descriptor = Files.writeString(directory.resolve("module-info.java"), DESCRIPTOR);
        Path consumer = Files.writeString(directory.resolve("Consumer.java"), source);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(diagnostics, Locale.ROOT, null)) {
            boolean compiled = compiler.getTask(
                            null,
                            manager,
                            diagnostics,
                            List.of(
                                    "-proc:none",
                                    "-d",
                                    directory.toString(),
                                    "--class-path",
                                    directory.toString(),
                                    "--module-path",
                                    modulePath()),
                            null,
                            manager.getJavaFileObjectsFromPaths(List.of(descriptor, consumer)))
                    .call();
            List<String> errors = diagnostics.getDiagnostics().stream()
                    .filter(d -> d.getKind() == Diagnostic.Kind.ERROR)
                    .map(d -> d.getMessage(Locale.ROOT))
                    .toList();
            assertThat(compiled).isEqualTo(errors.isEmpty());
            return errors;
        }
    }

    /** The library's classes and jars, without those of tests. */
    private static String modulePath() throws URISyntaxException {
        Path classes = ExportedPackages.classes();
        Stream<String> jars = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(e -> e.endsWith(".jar"))
                .filter(e -> !e.matches(".*(junit|assertj|archunit|opentest4j|apiguardian|byte-buddy|sshd|slf4j-nop"
                        + "|surefire|failsafe|picocli|open-test-reporting|jacoco).*"));
        return Stream.concat(Stream.of(classes.toString()), jars).collect(Collectors.joining(File.pathSeparator));
    }
}
