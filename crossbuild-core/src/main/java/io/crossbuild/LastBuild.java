// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.build.LayeredDisk;
import io.crossbuild.config.BuildConfig;
import io.crossbuild.disk.DiskTree;
import io.crossbuild.disk.ext4.ReadTrace;
import io.crossbuild.environment.Environment;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.error.NotBuiltException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.extract.ExtractionInputs;
import io.crossbuild.extract.ExtractionResult;
import io.crossbuild.extract.Extractor;
import io.crossbuild.extract.UpToDateCheck;
import io.crossbuild.io.DiskTrouble;
import io.crossbuild.report.ProgramClosure;
import io.crossbuild.run.ProgramRun;
import io.crossbuild.run.Verification;
import io.crossbuild.script.BuildFile;
import io.crossbuild.script.Step;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.spec.RuntimeSource;
import io.crossbuild.store.BuildDirectory;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a build left in the store: the disk after the last line.
 *
 * @param disk held, so that it is not removed while it is read
 * @param directory which holds it
 */
record LastBuild(Workshop workshop, BuildRequest request, LayeredDisk disk, BuildDirectory directory) {
    private static final Logger LOG = LoggerFactory.getLogger(LastBuild.class);

    /**
     * The disk that an earlier build of the same lines left. The directory prevents its removal.
     *
     * @throws NotBuiltException when there was no such build
     */
    static LastBuild find(Workshop workshop, BuildRequest request, BuildDirectory directory)
            throws CrossbuildException, IOException, InterruptedException {
        BuildFile file = buildFile(request);
        Optional<Environment> environment = workshop.find(request.environment());
        Optional<LayeredDisk> held = environment.isEmpty()
                ? Optional.empty()
                : workshop.script(environment.get(), file, request, directory).held();
        return new LastBuild(workshop, request, held.orElseThrow(() -> notBuilt(request)), directory);
    }

    /** The disk from which a program's target root was extracted, or the bare environment; empty without either. */
    static Optional<FileTree> tree(Workshop workshop, RunRequest request, BuildDirectory directory)
            throws CrossbuildException, IOException, InterruptedException {
        Path lines = request.buildFile();
        if (lines != null && Files.exists(lines)) {
            BuildRequest build = BuildRequest.of(request.environment(), lines, request.config(), request.targetRoot())
                    .withMachine(request.machine())
                    .withProject(request.project())
                    .withInputs(request.inputs())
                    .withCopyFrom(request.copyFrom())
                    .withLogDirectory(request.logDirectory());
            try {
                return Optional.of(
                        DiskTree.open(find(workshop, build, directory).disk().images()));
            } catch (NotBuiltException e) {
                LOG.debug("only the bare environment is known", e);
            }
        }
        Optional<Environment> environment = workshop.find(request.environment());
        return environment.isEmpty()
                ? Optional.empty()
                : Optional.of(DiskTree.open(List.of(environment.get().disk())));
    }

    /**
     * The build file of a request.
     *
     * @throws ConfigException also when the request relies on traced lines and there are none
     */
    static BuildFile buildFile(BuildRequest request) throws IOException, ConfigException {
        BuildFile file = BuildFile.read(request.buildFile());
        boolean onlyRead = request.extraction().closure().sources().contains(RuntimeSource.TRACED);
        if (onlyRead && file.steps().stream().noneMatch(Step::isTraced)) {
            throw new ConfigException(
                    request.buildFile().toString(),
                    List.of("only files that were read are to be extracted, but no line is traced"
                            + " (expected '#@ trace' before a line)"),
                    null);
        }
        return file;
    }

    private static NotBuiltException notBuilt(BuildRequest request) {
        return NotBuiltException.of(
                request.buildFile(),
                "its lines were not built in environment '"
                        + request.environment().suite() + "/"
                        + request.environment().arch().debianName() + "' (expected the result of a build)",
                AdviceKey.BUILD_FIRST.advice());
    }

    /** Extracts, unless the target root is already up to date, and verifies what was extracted. */
    ExtractionSummary extract() throws CrossbuildException, IOException, InterruptedException {
        ExtractionSummary extracted = extractOnly();
        verify();
        return extracted;
    }

    private void verify() throws CrossbuildException, IOException, InterruptedException {
        ProgramRun run = new ProgramRun(
                workshop.guests(),
                workshop.listener(),
                request.environment().arch(),
                request.machine(),
                request.targetRoot(),
                request.logDirectory(),
                directory.path(),
                () -> Optional.of(DiskTree.open(disk.images())));
        Verification verification = new Verification(
                run,
                request.verify(),
                request.config().env(),
                ProgramRun.workingDirectory(request.config()),
                request.run());
        workshop.inStore(() -> {
            verification.runIfNecessary();
            return verification;
        });
    }

    private ExtractionSummary extractOnly() throws CrossbuildException, IOException, InterruptedException {
        ExtractionInputs inputs =
                ExtractionInputs.of(disk.ids(), request.config(), request.extraction(), disk.traced());
        try {
            Optional<ExtractionResult> last = new UpToDateCheck(request.targetRoot(), workshop.listener())
                    .ifUpToDate(inputs, new BuiltDisk(workshop.store(), disk));
            return last.isPresent() ? summary(last.get(), true) : summary(extract(inputs), false);
        } catch (IOException e) {
            DiskTrouble trouble = DiskTrouble.in(DiskTrouble.reason(e)).orElseThrow(() -> e);
            throw new HostRequirementException(
                    "Extracting to '" + request.targetRoot() + "' failed: " + DiskTrouble.reason(e),
                    trouble.advice(),
                    e);
        }
    }

    private ExtractionResult extract(ExtractionInputs inputs)
            throws CrossbuildException, IOException, InterruptedException {
        ReadTrace trace = new ReadTrace();
        try (FileTree tree = DiskTree.open(disk.images(), trace)) {
            return new Extractor(tree, request.config(), request.extraction(), disk.traced(), workshop.listener())
                    .extractTo(request.targetRoot(), inputs, trace);
        }
    }

    private static ExtractionSummary summary(ExtractionResult result, boolean upToDate) {
        return new ExtractionSummary(
                result.targetRoot(), upToDate, result.files(), result.bytes(), result.removed(), result.left());
    }

    /** What the loader opens for the program of the request's configuration. */
    ProgramClosure closure() throws CrossbuildException, IOException, InterruptedException {
        try (FileTree tree = DiskTree.open(disk.images())) {
            return closure(tree, request.config(), request.extraction().closure());
        }
    }

    /** What the loader opens for a configuration's program in any file tree. */
    static ProgramClosure closure(FileTree tree, BuildConfig config, ClosureOptions options)
            throws CrossbuildException, IOException, InterruptedException {
        // As the file tree's own system would run it, with the set-user-ID bit if it has one.
        ExtractionOptions asIs = ExtractionOptions.DEFAULTS.withKeepSetId(true).withClosure(options);
        return new Extractor(tree, config, asIs, BuildListener.NONE).survey();
    }
}
