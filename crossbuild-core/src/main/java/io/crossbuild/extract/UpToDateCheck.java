// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.disk.ext4.ReadTrace;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.ExtractionChange;
import io.crossbuild.extract.manifest.OwnFiles;
import io.crossbuild.extract.target.TargetRoot;
import io.crossbuild.io.PathLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether the last extraction into a target root is up to date: whether extracting again would change nothing.
 * To find out, neither the disk image nor the content of a file is read.
 */
public final class UpToDateCheck {
    private final Path targetRoot;
    private final BuildListener listener;

    public UpToDateCheck(Path targetRoot, BuildListener listener) {
        this.targetRoot = targetRoot;
        this.listener = listener;
    }

    /**
     * The result of the last extraction, if another one with the same inputs would leave exactly that, or one from a
     * disk with the same content wherever the last one read. Otherwise an event says why not, unless there was no
     * extraction.
     */
    @SuppressWarnings("try")
    public Optional<ExtractionResult> ifUpToDate(ExtractionInputs inputs, DiskComparison comparison)
            throws IOException, CrossbuildException, InterruptedException {
        OwnFiles there = new OwnFiles(targetRoot);
        if (!Files.isRegularFile(there.record()) && !there.isBetweenStates()) {
            return Optional.empty();
        }
        Path root = targetRoot.toRealPath();
        OwnFiles own = new OwnFiles(root);
        try (PathLock lock = TargetRoot.lock(own, listener)) {
            if (own.isBetweenStates()) {
                listener.onEvent(new BuildEvent.ExtractionRepeated(new ExtractionChange.Interrupted()));
                return Optional.empty();
            }
            Optional<ExtractionRecord> record = read(own.record());
            if (record.isEmpty()) {
                return Optional.empty();
            }
            Optional<ExtractionChange> difference = difference(inputs, record.get(), root);
            if (difference.isEmpty()) {
                listener.onEvent(new BuildEvent.ExtractionSkipped(root, Optional.empty()));
                return Optional.of(result(record.get(), own));
            }
            if (isUnaffected(inputs, record.get(), own, comparison)) {
                record.get().withInputs(inputs).replace(own.record());
                listener.onEvent(new BuildEvent.ExtractionSkipped(root, difference));
                return Optional.of(result(record.get(), own));
            }
            listener.onEvent(new BuildEvent.ExtractionRepeated(difference.get()));
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

    /**
     * Whether only the disk is different, and everything that was read from the last one has the same content on this
     * one.
     */
    private static boolean isUnaffected(
            ExtractionInputs now, ExtractionRecord last, OwnFiles own, DiskComparison comparison) throws IOException {
        if (!now.hasSettingsOf(last.inputs()) || !last.changed(own.root()).isEmpty()) {
            return false;
        }
        Optional<ReadTrace> trace = last.trace(own);
        return trace.isPresent() && comparison.readsTheSame(last.inputs().disk(), trace.get());
    }

    private Optional<ExtractionRecord> read(Path file) {
        try {
            return ExtractionRecord.read(file);
        } catch (IOException e) {
            listener.onEvent(new BuildEvent.ExtractionRepeated(
                    new ExtractionChange.RecordUnreadable(String.valueOf(e.getMessage()))));
            return Optional.empty();
        }
    }

    private static Optional<ExtractionChange> difference(ExtractionInputs now, ExtractionRecord last, Path root)
            throws IOException {
        Optional<ExtractionChange> ofInputs = now.differenceFrom(last.inputs());
        if (ofInputs.isPresent()) {
            return ofInputs;
        }
        List<String> changed = last.changed(root);
        return changed.isEmpty()
                ? Optional.empty()
                : Optional.of(new ExtractionChange.TargetFiles(changed.get(0), changed.size()));
    }
}
