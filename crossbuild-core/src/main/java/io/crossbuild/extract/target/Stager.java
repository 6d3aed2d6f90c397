// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.extract.manifest.ContentDigest;
import io.crossbuild.extract.manifest.ManifestEntry;
import io.crossbuild.extract.manifest.PreviousFiles;
import io.crossbuild.extract.plan.PlannedFile;
import io.crossbuild.extract.plan.TargetPlan;
import io.crossbuild.io.Workers;
import io.crossbuild.tree.FileContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Makes new and changed files in the staging area, with several threads. */
final class Stager {
    /** Neighbouring files go to the same thread: threads that make files in the same directory wait for each other. */
    private static final int BATCH = 16;
    /** Files of this size and larger come first, so that no thread is still busy with one while the others are done. */
    private static final long LARGE_BYTES = 1 << 20;

    private final TargetPlan plan;
    private final PreviousFiles previous;
    private final HostAttributes attributes;
    private final StagingArea area;
    private final ContentLimit limit;
    private final Workers workers;

    Stager(
            TargetPlan plan,
            PreviousFiles previous,
            HostAttributes attributes,
            StagingArea area,
            ContentLimit limit,
            Workers workers) {
        this.limit = limit;
        this.plan = plan;
        this.previous = previous;
        this.attributes = attributes;
        this.area = area;
        this.workers = workers;
    }

    /** Stages everything; returns the regular files by target path, in the order of the paths. */
    Map<String, Staged> stage(PlacedFiles placed) throws IOException, CrossbuildException, InterruptedException {
        Map<String, Staged> contents = stageContents(placed.withContent());
        complete(placed, contents);
        return contents;
    }

    private Map<String, Staged> stageContents(List<Placement> files)
            throws IOException, CrossbuildException, InterruptedException {
        List<Placement> order = new ArrayList<>();
        List<Placement> small = new ArrayList<>();
        Map<String, Staged> byTarget = new LinkedHashMap<>();
        for (Placement file : files) {
            (isLarge(file) ? order : small).add(file);
            byTarget.put(file.file().target(), null);
        }
        int large = order.size();
        order.addAll(small);
        AtomicReferenceArray<Staged> staged = new AtomicReferenceArray<>(order.size());
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < workers.threads(); i++) {
            running.add(workers.submit(() -> {
                ContentCopy.Workspace workspace = new ContentCopy.Workspace();
                int start = take(next, large);
                while (start < order.size()) {
                    int end = start < large ? start + 1 : Math.min(order.size(), start + BATCH);
                    for (int file = start; file < end; file++) {
                        staged.set(file, stage(order.get(file), workspace));
                    }
                    start = take(next, large);
                }
                return start;
            }));
        }
        for (Future<?> future : running) {
            Workers.await(future);
        }
        for (int i = 0; i < order.size(); i++) {
            byTarget.put(order.get(i).file().target(), staged.get(i));
        }
        return byTarget;
    }

    private static boolean isLarge(Placement file) {
        return file.file().node().sizeBytes() >= LARGE_BYTES;
    }

    private static int take(AtomicInteger next, int large) {
        return next.getAndUpdate(n -> n < large ? n + 1 : n + BATCH);
    }

    private Staged stage(Placement placement, ContentCopy.Workspace workspace)
            throws IOException, CrossbuildException, InterruptedException {
        PlannedFile file = placement.file();
        Optional<ManifestEntry> last =
                placement.existing() != null && placement.existing().isRegularFile()
                        ? previous.untouchedFile(file.target(), placement.path(), placement.existing())
                        : Optional.empty();
        if (last.isPresent() && !file.isGenerated()) {
            Optional<ContentDigest> known =
                    previous.digestOfSame(last.get(), file.guest(), file.node().sizeBytes());
            if (known.isPresent()) {
                return new Staged(placement, known.get(), file.node().sizeBytes(), null);
            }
        }
        try (FileContent content = plan.open(file)) {
            ContentCopy copy = new ContentCopy(file.guest(), content, workspace);
            @Nullable Long lastSize = last.map(ManifestEntry::size).orElse(null);
            if (lastSize != null && lastSize == content.sizeBytes()) {
                ContentDigest digest = copy.digest();
                if (digest.isThatOf(last.get())) {
                    return new Staged(placement, digest, content.sizeBytes(), null);
                }
            }
            Path target = area.of(placement);
            ContentDigest digest = copy.writeTo(target, limit.of(file), attributes.forNew(file));
            attributes.giveNew(target, file);
            return new Staged(placement, digest, content.sizeBytes(), target);
        }
    }

    /**
     * Makes the further names of staged files and the links in new directories, then sets the times and modes of these
     * directories, which are complete now.
     */
    private void complete(PlacedFiles placed, Map<String, Staged> contents)
            throws IOException, CrossbuildException, InterruptedException {
        List<Placement> directories = new ArrayList<>();
        for (Placement placement : placed.placements()) {
            if (!area.isInNewDirectory(placement)) {
                continue;
            }
            String first = placed.hardLinks().get(placement.file().target());
            String text = placed.texts().get(placement.file().target());
            if (first != null) {
                Staged file = Objects.requireNonNull(contents.get(first));
                Path content = file.content();
                link(area.of(placement), content == null ? file.placement().path() : content);
            } else if (text != null) {
                Commit.makeLink(area.of(placement), text);
            } else if (placement.file().node().isDirectory() && attributes.isOpenToOwner(placement.file())) {
                directories.add(placement);
            }
        }
        workers.forEach(directories, directory -> attributes.giveNew(area.of(directory), directory.file()));
    }

    /** Gives a file a second name. */
    static void link(Path name, Path file) throws IOException {
        try {
            Files.createLink(name, file);
        } catch (IOException | UnsupportedOperationException e) {
            // A file system without hard links, or a different one from the staging directory's.
            Files.copy(file, name, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}
