// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.BuildRequest;
import io.crossbuild.Crossbuild;
import io.crossbuild.config.BuildConfig;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.report.ClosureTree;
import io.crossbuild.report.ClosureView;
import io.crossbuild.report.ProgramClosure;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.EnvironmentSpec;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.apache.maven.plugins.annotations.Mojo;
import org.apache.maven.plugins.annotations.Parameter;
import org.jspecify.annotations.Nullable;

/**
 * Prints every file that the loader opens for <code>program</code>, with the file that requests it, the rule by which
 * it is found and its package: in the result of the last build, in the environment if there is no build file, or in any
 * directory that contains a Linux system. Nothing is run.
 *
 * @since 0.1.0
 */
@Mojo(name = "closure", requiresProject = false, threadSafe = true)
public final class ClosureMojo extends AbstractContentMojo {
    /**
     * A directory of this host with a Linux file tree to examine instead.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.root")
    private @Nullable File root;

    /**
     * The form of the output: <code>tree</code> or <code>json</code>.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.format", defaultValue = "tree")
    private @Nullable String format;

    /**
     * The file to write to. Default: a tree goes to Maven's log, JSON to the standard output.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.output")
    private @Nullable File output;

    /**
     * A file of the closure: prints every chain of requests that leads to it.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.why")
    private @Nullable String why;

    /**
     * A name that a file requests, such as <code>libssl.so.3</code>: prints each path that was tried and why it was
     * rejected.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.whyNot")
    private @Nullable String whyNot;

    @Override
    void run(Parameters parameters, MavenWords log) throws CrossbuildException, IOException, InterruptedException {
        ClosureView view = new ClosureView(
                parameters
                        .parsed("format", ClosureMojo::format, "tree or json", format)
                        .orElse(ClosureView.Format.TREE),
                parameters.text("why", why).orElse(null),
                parameters.text("whyNot", whyNot).orElse(null));
        Optional<Path> file = parameters.path("output", output);
        boolean unicode =
                file.isPresent() || Charset.defaultCharset().newEncoder().canEncode("\u251c\u2500");
        String text =
                view.of(closure(parameters, log), unicode ? ClosureTree.Branches.BOXES : ClosureTree.Branches.ASCII);
        if (file.isPresent()) {
            write(file.get(), text);
            getLog().info("Wrote '" + file.get() + "'");
        } else if (view.format() == ClosureView.Format.JSON) {
            // So that the output of "mvn -q" can be piped.
            System.out.print(text);
            System.out.flush();
        } else {
            text.lines().forEach(getLog()::info);
        }
    }

    /** The error for a full disk has no path. */
    private static void write(Path file, String text) throws IOException, HostRequirementException {
        Files.createDirectories(file.toAbsolutePath().getParent());
        try {
            Files.writeString(file, text);
        } catch (FileSystemException e) {
            throw e;
        } catch (IOException e) {
            throw new HostRequirementException(
                    "Cannot write '" + file + "': " + e.getMessage(), AdviceKey.FREE_SPACE.advice(), e);
        }
    }

    private static Optional<ClosureView.Format> format(String text) {
        return Arrays.stream(ClosureView.Format.values())
                .filter(f -> f.name().equalsIgnoreCase(text))
                .findFirst();
    }

    private ProgramClosure closure(Parameters parameters, MavenWords log)
            throws CrossbuildException, IOException, InterruptedException {
        Optional<Path> directory = parameters.path("root", root);
        if (directory.isPresent()) {
            if (!Files.isDirectory(directory.get())) {
                parameters.wrong("root", "'" + directory.get() + "' is not a directory (expected one)", null);
            }
            BuildConfig config = config(parameters);
            ClosureOptions options = closureOptions(parameters, null);
            parameters.problems().throwIfAny();
            return Crossbuild.closure(directory.get(), config, options);
        }
        if (Files.exists(script().file(parameters))) {
            // The target root makes no difference here.
            Path targetRoot = module().output().targetRoot(mojoExecution().getExecutionId());
            BuildRequest request = request(parameters, targetRoot);
            return open(parameters, host(parameters), log).closure(request);
        }
        EnvironmentSpec spec = spec(parameters);
        BuildConfig config = config(parameters);
        ClosureOptions options = closureOptions(parameters, spec.arch());
        return open(parameters, host(parameters), log).closure(spec, config, options);
    }
}
