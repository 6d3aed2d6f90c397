// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.error.Advice;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import io.crossbuild.extract.manifest.OwnFiles;
import io.crossbuild.extract.manifest.PreviousFiles;
import io.crossbuild.extract.plan.LinkTexts;
import io.crossbuild.extract.plan.PlannedFile;
import io.crossbuild.extract.plan.TargetPlan;
import io.crossbuild.io.DiskTrouble;
import io.crossbuild.io.PathLock;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.io.RecursiveDelete;
import io.crossbuild.io.Workers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The directory to which files are extracted, locked by one extraction. Closing it removes staged files, and also the
 * directory if it is new and nothing was put into it.
 */
public final class TargetRoot implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final OwnFiles own;
    private final PathLock lock;
    private final boolean isNew;
    private final boolean ownIsNew;
    private final BuildListener listener;

    private TargetRoot(OwnFiles own, PathLock lock, boolean isNew, boolean ownIsNew, BuildListener listener) {
        this.own = own;
        this.lock = lock;
        this.isNew = isNew;
        this.ownIsNew = ownIsNew;
        this.listener = listener;
    }

    /**
     * Makes the directory if it does not exist, and waits until no other extraction has locked it.
     *
     * @throws HostRequirementException when something is in the way
     */
    public static TargetRoot open(Path directory, BuildListener listener)
            throws IOException, CrossbuildException, InterruptedException {
        boolean isNew = !Files.exists(directory);
        Files.createDirectories(directory);
        OwnFiles own = new OwnFiles(directory.toRealPath());
        if (Files.exists(own.directory(), LinkOption.NOFOLLOW_LINKS)
                && !Files.isDirectory(own.directory(), LinkOption.NOFOLLOW_LINKS)) {
            throw new HostRequirementException(
                    "Cannot extract into '" + own.root() + "': '" + own.directory() + "' is not a directory",
                    AdviceKey.MOVE_AWAY.advice());
        }
        boolean ownIsNew = !Files.exists(own.directory());
        Files.createDirectories(own.directory());
        return new TargetRoot(own, lock(own, listener), isNew, ownIsNew, listener);
    }

    /** Waits until no other extraction into a target root is running. */
    public static PathLock lock(OwnFiles own, BuildListener listener) throws CrossbuildException, InterruptedException {
        PathLock.WaitListener waiting =
                (file, holder) -> listener.onEvent(new BuildEvent.WaitingForExtraction(own.root()));
        try {
            return PathLock.acquire(own.lock(), PATIENCE, waiting);
        } catch (IOException e) {
            String reason = DiskTrouble.reason(e);
            Advice advice = Files.isSymbolicLink(own.lock())
                    ? AdviceKey.MOVE_AWAY.advice()
                    : DiskTrouble.in(reason).map(DiskTrouble::advice).orElseGet(AdviceKey.CHECK_PERMISSION::advice);
            throw new HostRequirementException("Cannot lock '" + own.lock() + "': " + reason, advice, e);
        }
    }

    /** Its files that do not come from the guest. */
    public OwnFiles own() {
        return own;
    }

    /**
     * Fits a plan into the present content, and stages everything that is new or changed. Links of the plan may be
     * replaced by directories that are in their place.
     *
     * @param maxBytes how many bytes may be written
     * @throws HostRequirementException when something is in the way, or the host does not support a file
     */
    public StagedFiles stage(
            TargetPlan plan,
            PreviousFiles previous,
            HostTraits traits,
            KeptAttributes kept,
            long maxBytes,
            Workers workers)
            throws IOException, CrossbuildException, InterruptedException {
        HostLayout layout = new HostLayout(own.root(), previous, plan);
        layout.place();
        // The plan has more files now if links were replaced.
        NameCheck.check(plan.files(), traits);
        RecursiveDelete.delete(own.staging());
        Files.createDirectory(own.staging());
        LinkTexts links = plan.linkTexts(layout::placeOf);
        PlacedFiles placed = PlacedFiles.of(layout.placements(), links);
        if (!links.dangling().isEmpty()) {
            listener.onEvent(new BuildEvent.LinksToNothing(List.copyOf(links.dangling())));
        }
        HostAttributes attributes = HostAttributes.of(traits, kept, own.staging());
        StagingArea area = new StagingArea(own.staging(), placed.placements());
        Map<String, Staged> contents =
                new Stager(plan, previous, attributes, area, new ContentLimit(plan, maxBytes), workers).stage(placed);
        List<String> foreign = layout.replacedForeign();
        if (!foreign.isEmpty()) {
            listener.onEvent(new Warning.ForeignFilesReplaced(own.root(), foreign));
        }
        List<String> setId = plan.files().stream()
                .filter(kept::dropsSetId)
                .map(PlannedFile::target)
                .toList();
        if (!setId.isEmpty()) {
            listener.onEvent(new BuildEvent.SetIdDropped(setId));
        }
        return new StagedFiles(own, layout, placed, contents, attributes, area, listener);
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            RecursiveDelete.delete(own.staging());
        }
        if (ownIsNew && !Files.exists(own.manifest()) && !Files.exists(own.nextManifest())) {
            RecursiveDelete.delete(own.directory());
            if (isNew) {
                PatientFiles.delete(own.root());
            }
        }
    }
}
