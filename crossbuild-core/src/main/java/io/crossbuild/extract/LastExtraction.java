// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.io.PathLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The extraction that a target root was last written by. When nothing changed since, there is nothing to extract, and
 * neither the disk image nor the content of a file has to be read to see it.
 */
public final class LastExtraction {
    private final Path targetRoot;
    private final BuildListener listener;

    public LastExtraction(Path targetRoot, BuildListener listener) {
        this.targetRoot = targetRoot;
        this.listener = listener;
    }

    /**
     * What the last extraction left, if another one of the same provenance would leave just that. Else a note says in one
     * line why not, unless there was none.
     */
    @SuppressWarnings("try")
    public Optional<ExtractionResult> ifUpToDate(Provenance provenance)
            throws IOException, CrossbuildException, InterruptedException {
        if (!Files.isRegularFile(ownDirectory(targetRoot).resolve(ExtractionRecord.FILE))) {
            return Optional.empty();
        }
        Path root = targetRoot.toRealPath();
        Path own = ownDirectory(root);
        try (PathLock lock = TargetRoot.lock(root, listener)) {
            Optional<ExtractionRecord> record = read(own.resolve(ExtractionRecord.FILE));
            if (record.isEmpty()) {
                return Optional.empty();
            }
            Optional<String> difference = difference(provenance, record.get(), root);
            if (difference.isEmpty()) {
                listener.onEvent(new BuildEvent.PhaseSkipped("Extracting", "'" + root + "' is up to date"));
                return Optional.of(new ExtractionResult(
                        root,
                        record.get().files(),
                        0,
                        0,
                        record.get().bytes(),
                        own.resolve(TargetRoot.MANIFEST),
                        root.resolve(ReservedNames.RUN_CONFIGURATION),
                        record.get().left()));
            }
            note(difference.get());
            return Optional.empty();
        }
    }

    private Optional<ExtractionRecord> read(Path file) {
        try {
            return ExtractionRecord.read(file);
        } catch (IOException e) {
            note("the record of the last extraction cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Path ownDirectory(Path root) {
        return root.resolve(ReservedNames.DIRECTORY);
    }

    private static Optional<String> difference(Provenance now, ExtractionRecord last, Path root) throws IOException {
        Optional<String> ofProvenance = now.differenceFrom(last.provenance());
        if (ofProvenance.isPresent()) {
            return ofProvenance;
        }
        List<String> changed = last.changed(root);
        if (changed.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                changed.size() == 1
                        ? "'" + changed.get(0) + "' changed in the target root"
                        : changed.size() + " files changed in the target root, the first is '" + changed.get(0) + "'");
    }

    private void note(String why) {
        listener.onEvent(new BuildEvent.Note("Extracting again: " + why));
    }
}
