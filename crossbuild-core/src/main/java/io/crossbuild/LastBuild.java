// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.build.LayeredDisk;
import io.crossbuild.config.BuildConfig;
import io.crossbuild.disk.DiskTree;
import io.crossbuild.disk.ext4.ReadTrace;
import io.crossbuild.environment.Environment;
import io.crossbuild.error.AdviceKey;
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
import io.crossbuild.script.BuildFile;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.store.BuildDirectory;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.util.Optional;

/**
 * What a build left in the store: the disk after the last line.
 *
 * @param disk held, so that it is not removed while it is read
 */
record LastBuild(Workshop workshop, BuildRequest request, LayeredDisk disk) {

    /**
     * The disk that an earlier build of the same lines left. The directory prevents its removal.
     *
     * @throws NotBuiltException when there was no such build
     */
    static LastBuild find(Workshop workshop, BuildRequest request, BuildDirectory directory)
            throws CrossbuildException, IOException, InterruptedException {
        BuildFile file = BuildFile.read(request.buildFile());
        Optional<Environment> environment = workshop.find(request.environment());
        Optional<LayeredDisk> held = environment.isEmpty()
                ? Optional.empty()
                : workshop.script(environment.get(), file, request, directory).held();
        return new LastBuild(workshop, request, held.orElseThrow(() -> notBuilt(request)));
    }

    private static NotBuiltException notBuilt(BuildRequest request) {
        return NotBuiltException.of(
                request.buildFile(),
                "its lines were not built in environment '"
                        + request.environment().suite() + "/"
                        + request.environment().arch().debianName() + "' (expected the result of a build)",
                AdviceKey.BUILD_FIRST.advice());
    }

    /** Extracts, unless the target root is already up to date. */
    ExtractionSummary extract() throws CrossbuildException, IOException, InterruptedException {
        ExtractionInputs inputs = ExtractionInputs.of(disk.ids(), request.config(), request.extraction());
        Optional<ExtractionResult> last = new UpToDateCheck(request.targetRoot(), workshop.listener())
                .ifUpToDate(inputs, new BuiltDisk(workshop.store(), disk));
        if (last.isPresent()) {
            return summary(last.get(), true);
        }
        ReadTrace trace = new ReadTrace();
        try (FileTree tree = DiskTree.open(disk.images(), trace)) {
            return summary(
                    new Extractor(tree, request.config(), request.extraction(), workshop.listener())
                            .extractTo(request.targetRoot(), inputs, trace),
                    false);
        } catch (IOException e) {
            DiskTrouble trouble = DiskTrouble.in(DiskTrouble.reason(e)).orElseThrow(() -> e);
            throw new HostRequirementException(
                    "Extracting to '" + request.targetRoot() + "' failed: " + DiskTrouble.reason(e),
                    trouble.advice(),
                    e);
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
