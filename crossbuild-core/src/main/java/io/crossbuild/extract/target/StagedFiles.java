// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.closure.InstalledPackage;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import io.crossbuild.extract.manifest.Manifest;
import io.crossbuild.extract.manifest.OwnFiles;
import io.crossbuild.extract.manifest.PreviousFiles;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.io.Sha256;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** All files of an extraction, ready to be moved into place: nothing more is read from the guest. */
public final class StagedFiles {
    private final OwnFiles own;
    private final HostLayout layout;
    private final PlacedFiles placed;
    private final Map<String, Staged> contents;
    private final HostAttributes attributes;
    private final StagingArea area;
    private final BuildListener listener;

    /** @param contents of regular files, by target path */
    StagedFiles(
            OwnFiles own,
            HostLayout layout,
            PlacedFiles placed,
            Map<String, Staged> contents,
            HostAttributes attributes,
            StagingArea area,
            BuildListener listener) {
        this.own = own;
        this.layout = layout;
        this.placed = placed;
        this.contents = contents;
        this.attributes = attributes;
        this.area = area;
        this.listener = listener;
    }

    @FunctionalInterface
    private interface Writer {
        void writeTo(Path file) throws IOException;
    }

    /**
     * Moves everything into place, and removes what earlier extractions wrote and this one does not.
     *
     * @param owners packages by canonical guest path
     * @param runConfiguration the content of run.json
     */
    public Written commit(Map<String, InstalledPackage> owners, String runConfiguration) throws IOException {
        PreviousFiles previous = layout.previous();
        byte[] run = runConfiguration.getBytes(StandardCharsets.UTF_8);
        Manifest next = new Manifest(
                new ManifestEntries(attributes.kept(), previous, owners).of(placed, contents),
                Sha256.of(run).hex());
        put(own.nextManifest(), next::write);
        // From here on the target root differs from what the last extraction left.
        PatientFiles.deleteIfExists(own.record());
        Commit commit = new Commit(previous, attributes, area);
        commit.run(placed, contents);
        StaleFiles stale = new StaleFiles(layout, attributes);
        stale.remove();
        commit.finishDirectories(placed.placements());
        if (!stale.kept().isEmpty()) {
            listener.onEvent(new Warning.ChangedFilesKept(own.root(), stale.kept()));
        }
        String digest = writeRunConfiguration(run, previous.runConfiguration());
        if (!Objects.equals(digest, next.runConfiguration())) {
            put(own.nextManifest(), new Manifest(next.files(), digest)::write);
        }
        PatientFiles.move(own.nextManifest(), own.manifest(), StandardCopyOption.ATOMIC_MOVE);
        return new Written(
                placed.placements().stream().map(Placement::path).toList(),
                commit.written(),
                stale.removed(),
                contents.values().stream().mapToLong(Staged::sizeBytes).sum());
    }

    /** Leaves a run.json alone that others wrote or changed. */
    private @Nullable String writeRunConfiguration(byte[] content, @Nullable String lastDigest) throws IOException {
        Path file = own.runConfiguration();
        String digest = Sha256.of(content).hex();
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            String now = Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    ? Sha256.of(file).hex()
                    : "";
            if (now.equals(digest)) {
                return digest;
            }
            if (!now.equals(lastDigest)) {
                listener.onEvent(new Warning.ChangedFileKept(file));
                return lastDigest;
            }
        }
        put(file, temporary -> Files.write(temporary, content));
        return digest;
    }

    /**
     * Replaces a file atomically. Unlike the store's files it is not synced to the disk: after a power failure the next
     * extraction repairs everything.
     */
    private void put(Path file, Writer content) throws IOException {
        Path temporary = own.staging().resolve("own");
        content.writeTo(temporary);
        PatientFiles.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
