// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.BuildRequest;
import io.crossbuild.arch.Architecture;
import io.crossbuild.config.ConfigLayer;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.ExtractionOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.inject.Inject;
import org.apache.maven.lifecycle.LifecycleExecutor;
import org.apache.maven.plugins.annotations.Parameter;
import org.codehaus.plexus.component.configurator.expression.ExpressionEvaluationException;
import org.jspecify.annotations.Nullable;

/** The goals that write to a target root. */
public abstract class AbstractExtractingMojo extends AbstractContentMojo {
    /**
     * The directory for the extracted files, which keep the directory structure that they have in the guest. Each
     * execution needs its own. A dot means the project's directory, as in OPS. Default:
     * <code>crossbuild/EXECUTION/root</code> in the build directory; for goals on the command line and an execution
     * without an id, <code>crossbuild/root</code>.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.targetRoot")
    private @Nullable File targetRoot;

    /**
     * The program's arguments: <code>Args</code> of config.json.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.args")
    private @Nullable List<String> args;

    /**
     * What happens if a program would not start because a library is missing, or would not start from
     * <code>targetRoot</code> as it does in the guest: <code>error</code> or <code>warn</code>.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.startCheck", defaultValue = "error")
    private @Nullable String startCheck;

    /**
     * Groups of files to extract that programs open at run time, in addition to what crossbuild's rules name:
     * <code>dns</code>, <code>tls</code>, <code>locale</code>, <code>tz</code>, <code>gconv</code>,
     * <code>terminfo</code>, <code>dlopen</code>; <code>plugins</code>: what only some uses need, with
     * <code>dlopen</code>; <code>packages</code>: the Debian packages of the program and its libraries, and those that
     * they depend on, without documentation; <code>none</code>: turns off the rules, so that only the groups beside it
     * count; <code>traced</code>: neither the rules nor whole directories of <code>Dirs</code> and <code>MapDirs</code>,
     * but what lines with <code>#@ trace</code> read.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.include")
    private @Nullable List<String> include;

    /**
     * The newest version of glibc whose symbols an extracted file may need, such as <code>2.17</code>; a file that
     * needs a newer one is an error. Default: any. It applies to <code>program</code>, <code>files</code>,
     * <code>dirs</code> and <code>mapDirs</code>, not to the libraries that come with them.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.maxGlibc")
    private @Nullable String maxGlibc;

    /**
     * The newest version of the symbols of libstdc++ that an extracted file may need, such as <code>3.4.19</code>,
     * which is that of GCC 4.8; also limits what it may need of libgcc. Default: any.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.maxGlibcxx")
    private @Nullable String maxGlibcxx;

    /**
     * The size up to which a directory is extracted because a link in an extracted directory leads there, such as
     * <code>50m</code>; <code>0</code> for none. Files to which such links lead are always extracted.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.linkedDirectorySize", defaultValue = "50m")
    private @Nullable String linkedDirectorySize;

    /**
     * How many files, links and directories may be extracted.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.maxExtractedFiles", defaultValue = "1000000")
    private @Nullable String maxExtractedFiles;

    /**
     * How many bytes may be extracted; holes in files do not count.
     *
     * @since 0.1.0
     */
    @Parameter(property = "crossbuild.maxExtractedSize", defaultValue = "20g")
    private @Nullable String maxExtractedSize;

    @Inject
    private LifecycleExecutor lifecycle;

    @Override
    final void run(Parameters parameters, MavenWords log)
            throws CrossbuildException, IOException, InterruptedException {
        PlannedExecution execution = new PlannedExecution(session(), mojoExecution());
        try {
            if (execution.isParentWithoutBuildFile()) {
                getLog().info("Skipping crossbuild:" + mojoExecution().getGoal() + " (no "
                        + BuildFileParameters.DEFAULT_FILE
                        + " in this module with packaging pom)");
                return;
            }
            BuildRequest request = request(parameters, targetRoot(parameters));
            claim(request.targetRoot(), execution, parameters);
            run(request, parameters, log);
        } catch (ExpressionEvaluationException e) {
            throw new IOException("cannot evaluate the configuration: " + e.getMessage(), e);
        }
    }

    /** Adds a problem if two executions, of any module, extract to the same directory. */
    private void claim(Path targetRoot, PlannedExecution execution, Parameters parameters)
            throws ExpressionEvaluationException {
        PlannedExecutions planned =
                new PlannedExecutions(session(), lifecycle, mojoExecution().getPlugin(), getLog());
        TargetRootClaims.of(session().getRepositorySession().getData(), RealPaths.ofHost())
                .begin(execution.begun(targetRoot), planned::claims)
                .ifPresent(conflict -> parameters
                        .problems()
                        .add(
                                parameters.source("targetRoot"),
                                conflict.text(),
                                List.of(AdviceKey.OWN_TARGET_ROOTS.advice())));
    }

    private Path targetRoot(Parameters parameters) {
        return parameters
                .path("targetRoot", targetRoot)
                .orElse(module().output().targetRoot(mojoExecution().getExecutionId()));
    }

    @Override
    final ClosureOptions closureOptions(Parameters parameters, @Nullable Architecture arch) {
        return super.closureOptions(parameters, arch)
                .withStartCheck(ClosureParameters.startCheck(parameters, startCheck))
                .withInclude(ClosureParameters.include(parameters, include))
                .withSources(ClosureParameters.sources(parameters, include))
                .withMaxGlibc(ClosureParameters.maxGlibc(parameters, maxGlibc))
                .withMaxGlibcxx(ClosureParameters.maxGlibcxx(parameters, maxGlibcxx));
    }

    @Override
    final ExtractionOptions extraction(Parameters parameters) {
        return super.extraction(parameters)
                .withLinkedDirectoryBytes(parameters.bytes("linkedDirectorySize", 0, "0", linkedDirectorySize))
                .withMaxFiles(parameters.count("maxExtractedFiles", maxExtractedFiles))
                .withMaxBytes(parameters.bytes("maxExtractedSize", 0, "0", maxExtractedSize));
    }

    @Override
    final ConfigLayer ofPom(Parameters parameters) {
        return super.ofPom(parameters).withArgs(set(args));
    }

    /** Lets the core do the work. The parameters may have problems until the core is opened. */
    abstract void run(BuildRequest request, Parameters parameters, MavenWords log)
            throws CrossbuildException, IOException, InterruptedException;
}
