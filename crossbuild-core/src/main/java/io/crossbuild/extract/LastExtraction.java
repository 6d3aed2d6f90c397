// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.disk.ext4.ReadTrace;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.extract.manifest.OwnFiles;
import io.crossbuild.extract.target.TargetRoot;
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
     * What the last extraction left, if another one of the same provenance would leave just that, or one of a disk that
     * holds the same wherever the last one read. Else a note says in one line why not, unless there was none.
     */
    @SuppressWarnings("try")
    public Optional<ExtractionResult> ifUpToDate(Provenance provenance, DiskComparison comparison)
            throws IOException, CrossbuildException, InterruptedException {
        if (!Files.isRegularFile(new OwnFiles(targetRoot).record())) {
            return Optional.empty();
        }
        Path root = targetRoot.toRealPath();
        OwnFiles own = new OwnFiles(root);
        try (PathLock lock = TargetRoot.lock(own, listener)) {
            Optional<ExtractionRecord> record = read(own.record());
            if (record.isEmpty()) {
                return Optional.empty();
            }
            Optional<String> difference = difference(provenance, record.get(), root);
            if (difference.isEmpty()) {
                listener.onEvent(new BuildEvent.PhaseSkipped("Extracting", "'" + root + "' is up to date"));
                return Optional.of(result(record.get(), own));
            }
            if (isUnaffected(provenance, record.get(), own, comparison)) {
                record.get().withProvenance(provenance).replace(own.record());
                String why = difference.get() + ", but holds nothing that was extracted";
                listener.onEvent(new BuildEvent.PhaseSkipped("Extracting", "'" + root + "' is up to date: " + why));
                return Optional.of(result(record.get(), own));
            }
            note(difference.get());
            return Optional.empty();
        }
    }

    private static ExtractionResult result(ExtractionRecord record, OwnFiles own) {
        return new ExtractionResult(
                own.root(),
                record.files(),
                0,
                0,
                record.bytes(),
                own.manifest(),
                own.runConfiguration(),
                record.left());
    }

    /** Whether only the disk is another one, and what was read of the last one reads the same of this one. */
    private static boolean isUnaffected(Provenance now, ExtractionRecord last, OwnFiles own, DiskComparison comparison)
            throws IOException {
        if (!now.hasSettingsOf(last.provenance()) || !last.changed(own.root()).isEmpty()) {
            return false;
        }
        Optional<ReadTrace> trace = last.trace(own);
        return trace.isPresent() && comparison.readsTheSame(last.provenance().disk(), trace.get());
    }

    private Optional<ExtractionRecord> read(Path file) {
        try {
            return ExtractionRecord.read(file);
        } catch (IOException e) {
            note("the record of the last extraction cannot be read: " + e.getMessage());
            return Optional.empty();
        }
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
