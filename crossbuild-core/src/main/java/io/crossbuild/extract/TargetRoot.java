// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.disk.ext4.ReadTrace;
import io.crossbuild.dpkg.InstalledPackage;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.error.Listing;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.io.PathLock;
import io.crossbuild.io.RecursiveDelete;
import io.crossbuild.io.Sha256;
import io.crossbuild.io.Workers;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The directory that files are extracted to. */
final class TargetRoot {
    static final String MANIFEST = "manifest.json";
    static final String TRACE = "trace";

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final String NEXT_MANIFEST = "manifest.next.json";

    private final Path given;
    private final FileTree tree;
    private final Landing landing;
    private final HostTraits traits;
    private final ExtractionOptions options;
    private final BuildListener listener;
    private final Workers workers;

    TargetRoot(
            Path given,
            FileTree tree,
            Landing landing,
            HostTraits traits,
            ExtractionOptions options,
            BuildListener listener,
            Workers workers) {
        this.given = given;
        this.tree = tree;
        this.landing = landing;
        this.traits = traits;
        this.options = options;
        this.listener = listener;
        this.workers = workers;
    }

    /** Waits until no other extraction into a target root runs. */
    static PathLock lock(Path root, BuildListener listener)
            throws IOException, CrossbuildException, InterruptedException {
        PathLock.WaitListener waiting = (file, holder) ->
                listener.onEvent(new BuildEvent.Note("Waiting for another extraction into '" + root + "' to end"));
        return PathLock.acquire(root.resolve(ReservedNames.DIRECTORY).resolve("lock"), PATIENCE, waiting);
    }

    /** What must hold of the target root when everything is written; until it does, nothing is recorded. */
    @FunctionalInterface
    interface Check {
        void check(Path root) throws IOException, CrossbuildException;
    }

    ExtractionResult write(PlannedExtraction planned, Check check)
            throws IOException, CrossbuildException, InterruptedException {
        boolean isNew = !Files.exists(given);
        Files.createDirectories(given);
        Path root = given.toRealPath();
        Path own = root.resolve(ReservedNames.DIRECTORY);
        if (Files.exists(own, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS)) {
            throw new HostRequirementException(
                    "Cannot extract into '" + root + "': '" + own + "' is not a directory", "Move it away");
        }
        boolean ownIsNew = !Files.exists(own);
        Files.createDirectories(own);
        boolean done = false;
        PathLock lock = lock(root, listener);
        try {
            Run run = new Run(root, own, planned);
            ExtractionResult result = run.write();
            done = true;
            check.check(root);
            run.record(result);
            return result;
        } finally {
            lock.close();
            if (!done && ownIsNew && !Files.exists(own.resolve(NEXT_MANIFEST))) {
                RecursiveDelete.delete(own);
                if (isNew) {
                    Files.delete(root);
                }
            }
        }
    }

    @FunctionalInterface
    private interface Writer {
        void writeTo(Path file) throws IOException;
    }

    /** One extraction, under the lock. */
    private final class Run {
        private final Path root;
        private final Path manifestFile;
        private final Path nextManifestFile;
        private final Path recordFile;
        private final Path traceFile;
        private final Path staging;
        private final PlannedExtraction planned;
        private final TargetPlan plan;
        private List<Placement> placements = List.of();
        private @Nullable ReadTrace trace;

        Run(Path root, Path own, PlannedExtraction planned) {
            this.root = root;
            this.manifestFile = own.resolve(MANIFEST);
            this.nextManifestFile = own.resolve(NEXT_MANIFEST);
            this.recordFile = own.resolve(ExtractionRecord.FILE);
            this.traceFile = own.resolve(TRACE);
            this.staging = own.resolve("staging");
            this.planned = planned;
            this.plan = planned.plan();
            this.trace = planned.trace();
        }

        ExtractionResult write() throws IOException, CrossbuildException, InterruptedException {
            Manifest last = readManifest(manifestFile);
            Optional<ExtractionRecord> record = readRecord();
            boolean sameDisk = record.isPresent() && isOfSameDisk(record.get());
            if (sameDisk) {
                goOnFromTrace(record.get());
            }
            PreviousRun previous = new PreviousRun(
                    List.of(last, readManifest(nextManifestFile)),
                    record.map(ExtractionRecord::stamps).orElse(Map.of()),
                    sameDisk);
            HostLayout layout = new HostLayout(root, previous, plan);
            layout.place();
            // The plan has more files now if links had to give way.
            NameCheck.check(plan.files(), traits);
            RecursiveDelete.delete(staging);
            Files.createDirectory(staging);
            try {
                return write(layout, previous, last);
            } finally {
                RecursiveDelete.delete(staging);
            }
        }

        private Optional<ExtractionRecord> readRecord() {
            try {
                return ExtractionRecord.read(recordFile);
            } catch (IOException e) {
                // All files are compared by their content then.
                return Optional.empty();
            }
        }

        /** Whether the manifest is the one that was written with a record, and both tell of the disk of this extraction. */
        private boolean isOfSameDisk(ExtractionRecord record) throws IOException {
            return planned.provenance() != null
                    && planned.provenance().isOfSameDisk(record.provenance())
                    && record.isAsLeft(root, manifestFile);
        }

        /** What is not read again was read by the last extraction, of the same disk. */
        private void goOnFromTrace(ExtractionRecord record) throws IOException {
            if (trace == null) {
                return;
            }
            Optional<ReadTrace> last = LastExtraction.trace(record, root, traceFile);
            if (last.isPresent()) {
                trace.addAll(last.get());
            } else {
                trace = null;
            }
        }

        private Manifest readManifest(Path file) {
            try {
                return Manifest.read(file);
            } catch (IOException e) {
                listener.onEvent(new BuildEvent.Warning(
                        "'" + file + "' cannot be read, so nothing that an earlier extraction wrote is removed: "
                                + String.valueOf(e.getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse(""),
                        null));
                return Manifest.EMPTY;
            }
        }

        private ExtractionResult write(HostLayout layout, PreviousRun previous, Manifest last)
                throws IOException, CrossbuildException, InterruptedException {
            List<Placement> placements = layout.placements();
            byte[] runConfiguration = planned.runConfiguration().getBytes(StandardCharsets.UTF_8);
            Map<String, String> hardLinks = hardLinks(placements);
            Map<String, String> texts = linkTexts(layout, placements);
            HostAttributes attributes = HostAttributes.of(traits, options, staging);
            StagingArea area = new StagingArea(staging, placements);
            Stager stager = new Stager(tree, previous, attributes, area, workers);
            Map<String, Staged> staged = stager.stage(placements.stream()
                    .filter(p -> p.file().node().isRegular())
                    .filter(p -> !hardLinks.containsKey(p.file().target()))
                    .toList());
            stager.complete(placements, staged, hardLinks, texts);
            warnOf(layout);
            Map<String, InstalledPackage> owners = Workers.await(planned.owners());
            List<RuntimeGroup> left = Workers.await(planned.left());
            Manifest next = new Manifest(
                    new ManifestEntries(options, previous, owners).of(placements, staged, hardLinks, texts),
                    Sha256.of(runConfiguration).hex());
            put(nextManifestFile, next::write);
            // From here on the target root is not as the last extraction left it.
            Files.deleteIfExists(recordFile);
            Commit commit = new Commit(previous, attributes, area);
            commit.run(placements, staged, hardLinks, texts);
            StaleFiles stale = new StaleFiles(root, previous, layout);
            stale.remove(plan, traits);
            commit.finishDirectories(placements);
            if (!stale.kept().isEmpty()) {
                listener.onEvent(new BuildEvent.Warning(
                        Listing.of(stale.kept()) + " in '" + root + "' changed since an earlier extraction wrote them,"
                                + " so they stay although this one does not have them",
                        "Delete them if they are not needed"));
            }
            Path run = root.resolve(ReservedNames.RUN_CONFIGURATION);
            String digest = writeRunConfiguration(run, runConfiguration, last.runConfiguration());
            if (!Objects.equals(digest, next.runConfiguration())) {
                put(nextManifestFile, new Manifest(next.files(), digest)::write);
            }
            Files.move(nextManifestFile, manifestFile, StandardCopyOption.ATOMIC_MOVE);
            long bytes = staged.values().stream().mapToLong(Staged::sizeBytes).sum();
            this.placements = placements;
            return new ExtractionResult(
                    root, placements.size(), commit.written(), stale.removed(), bytes, manifestFile, run, left);
        }

        /** Records how the files were left. */
        void record(ExtractionResult result) throws IOException, CrossbuildException, InterruptedException {
            Provenance provenance = planned.provenance();
            if (provenance == null) {
                return;
            }
            List<Path> paths = new ArrayList<>(List.of(result.manifest(), result.runConfiguration()));
            placements.forEach(placement -> paths.add(placement.path()));
            Files.deleteIfExists(traceFile);
            if (trace != null && trace.isComplete()) {
                trace.write(traceFile);
                paths.add(traceFile);
            }
            ExtractionRecord.of(provenance, result, paths, workers).replace(recordFile);
        }

        /** Leaves a run.json alone that somebody else wrote or changed. */
        private @Nullable String writeRunConfiguration(Path file, byte[] content, @Nullable String lastDigest)
                throws IOException {
            String digest = Sha256.of(content).hex();
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                String now = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                        ? Sha256.of(file).hex()
                        : "";
                if (now.equals(digest)) {
                    return digest;
                }
                if (!now.equals(lastDigest)) {
                    listener.onEvent(new BuildEvent.Warning(
                            "'" + file + "' is not as an extraction left it, so it stays as it is",
                            "Delete it to get a new one"));
                    return lastDigest;
                }
            }
            put(file, temporary -> Files.write(temporary, content));
            return digest;
        }

        /**
         * Replaces a file as a whole. It is not brought to the disk as the store's files are: after a power failure the
         * next extraction puts everything right.
         */
        private void put(Path file, Writer content) throws IOException {
            Path temporary = staging.resolve("own");
            content.writeTo(temporary);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        }

        private void warnOf(HostLayout layout) {
            List<String> foreign = layout.replacedForeign();
            if (!foreign.isEmpty()) {
                listener.onEvent(new BuildEvent.Warning(
                        Listing.of(foreign) + " in '" + root + "' were there before and are replaced", null));
            }
            List<String> setId = plan.files().stream()
                    .filter(f -> f.node().isRegular() && (f.node().permissions() & 06000) != 0)
                    .map(PlannedFile::target)
                    .toList();
            if (!setId.isEmpty() && !options.keepSetId()) {
                listener.onEvent(new BuildEvent.Note(
                        Listing.of(setId) + " lose the set-user-ID or set-group-ID bit: their owner is not kept"));
            }
        }

        private Map<String, String> linkTexts(HostLayout layout, List<Placement> placements)
                throws IOException, CrossbuildException {
            LinkTexts texts = new LinkTexts(tree, landing, plan, layout::placeOf);
            Map<String, String> all = new LinkedHashMap<>();
            for (Placement placement : placements) {
                if (placement.file().node().isSymlink()) {
                    all.put(placement.file().target(), texts.of(placement.file()));
                }
            }
            if (!texts.dangling().isEmpty()) {
                listener.onEvent(
                        new BuildEvent.Note("Links to what is not extracted: " + Listing.of(texts.dangling())));
            }
            return all;
        }
    }

    /** From each further name of a file to its first. */
    private static Map<String, String> hardLinks(List<Placement> placements) {
        Map<Long, String> first = new HashMap<>();
        Map<String, String> links = new LinkedHashMap<>();
        for (Placement placement : placements) {
            PlannedFile file = placement.file();
            if (file.node().isRegular() && file.node().links() > 1) {
                String old = first.putIfAbsent(file.node().id(), file.target());
                if (old != null) {
                    links.put(file.target(), old);
                }
            }
        }
        return links;
    }
}
