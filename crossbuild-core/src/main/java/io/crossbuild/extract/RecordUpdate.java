// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.disk.ext4.ReadTrace;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.extract.manifest.OwnFiles;
import io.crossbuild.extract.manifest.PreviousFiles;
import io.crossbuild.io.FileStamp;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.io.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the record of the last extraction and writes that of the present one, under the lock of the target root. */
final class RecordUpdate {
    private final OwnFiles own;
    private final @Nullable ExtractionInputs inputs;
    private final @Nullable ReadTrace trace;
    private final Map<String, FileStamp> stamps;
    private final boolean sameDisk;

    /**
     * @param inputs of the present extraction; null for no record
     * @param trace of everything that is read for it; null for none
     */
    RecordUpdate(OwnFiles own, @Nullable ExtractionInputs inputs, @Nullable ReadTrace trace) throws IOException {
        this.own = own;
        this.inputs = inputs;
        Optional<ExtractionRecord> last = last(own);
        this.stamps = last.map(ExtractionRecord::stamps).orElse(Map.of());
        this.sameDisk = last.isPresent() && isOfSameDisk(last.get());
        this.trace = trace != null && sameDisk ? goOn(trace, last.get()) : trace;
    }

    private static Optional<ExtractionRecord> last(OwnFiles own) {
        try {
            return ExtractionRecord.read(own.record());
        } catch (IOException e) {
            // Then all files are compared by content.
            return Optional.empty();
        }
    }

    /**
     * Whether the manifest is the one that was written with a record, and both are about the disk of this extraction.
     */
    private boolean isOfSameDisk(ExtractionRecord last) throws IOException {
        return inputs != null && inputs.isOfSameDisk(last.inputs()) && last.isAsLeft(own.root(), own.manifest());
    }

    /**
     * Adds the last extraction's trace, since what it read from the same disk is not read again; null if there is no
     * such trace.
     */
    private @Nullable ReadTrace goOn(ReadTrace trace, ExtractionRecord last) throws IOException {
        Optional<ReadTrace> before = last.trace(own);
        before.ifPresent(trace::addAll);
        return before.isPresent() ? trace : null;
    }

    /** The files of earlier extractions. */
    PreviousFiles previousFiles(BuildListener listener) {
        return PreviousFiles.read(own, stamps, sameDisk, listener);
    }

    /** Records the state of the extracted files. */
    void write(ExtractionResult result, List<Path> files, Workers workers)
            throws IOException, CrossbuildException, InterruptedException {
        if (inputs == null) {
            return;
        }
        List<Path> paths = new ArrayList<>(List.of(own.manifest(), own.runConfiguration()));
        paths.addAll(files);
        PatientFiles.deleteIfExists(own.trace());
        if (trace != null && trace.isComplete()) {
            trace.write(own.trace());
            paths.add(own.trace());
        }
        ExtractionRecord.of(inputs, result, paths, workers).replace(own.record());
    }
}
