// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.manifest;

import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import io.crossbuild.io.FileStamp;
import io.crossbuild.io.Sha256;
import io.crossbuild.tree.HostNames;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of earlier extractions: those in the manifest, and those in the manifest of an extraction that was
 * interrupted while it moved files into place. A file belongs to them as long as it is unchanged.
 */
public final class PreviousFiles {
    private final Map<String, List<ManifestEntry>> entries = new HashMap<>();

    // The files of a package have few different times, and parsing times takes longer than everything else.
    private final Map<String, Instant> times = new ConcurrentHashMap<>();
    private final Map<String, FileStamp> stamps;
    private final boolean sameDisk;

    private final @Nullable String runConfiguration;

    private PreviousFiles(Manifest last, Manifest interrupted, Map<String, FileStamp> stamps, boolean sameDisk) {
        this.stamps = stamps;
        this.sameDisk = sameDisk;
        this.runConfiguration = last.runConfiguration();
        for (Manifest manifest : List.of(last, interrupted)) {
            for (ManifestEntry entry : manifest.files()) {
                entries.computeIfAbsent(entry.path(), p -> new ArrayList<>(1)).add(entry);
            }
        }
    }

    /**
     * Reads the manifests that exist; warns if one cannot be read.
     *
     * @param stamps the state in which the last extraction left its files, by path below the target root
     * @param sameDisk whether the manifest is about the disk from which the present extraction reads
     */
    public static PreviousFiles read(
            OwnFiles own, Map<String, FileStamp> stamps, boolean sameDisk, BuildListener listener) {
        return new PreviousFiles(
                manifest(own.manifest(), listener), manifest(own.nextManifest(), listener), stamps, sameDisk);
    }

    private static Manifest manifest(Path file, BuildListener listener) {
        try {
            return Manifest.read(file);
        } catch (IOException e) {
            String problem = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            listener.onEvent(new Warning.ManifestUnreadable(file, problem));
            return Manifest.EMPTY;
        }
    }

    /** The digest of the last extraction's run.json; null if it wrote none. */
    public @Nullable String runConfiguration() {
        return runConfiguration;
    }

    /** The target paths of everything that earlier extractions wrote. */
    public Iterable<String> paths() {
        return entries.keySet();
    }

    /** Whether an earlier extraction wrote something at a target path. */
    public boolean knows(String target) {
        return entries.containsKey(target);
    }

    /** Whether a directory was made by an extraction. */
    public boolean madeDirectory(String target) {
        for (ManifestEntry entry : entries.getOrDefault(target, List.of())) {
            if (entry.type() == ManifestEntry.Type.directory && !entry.existing()) {
                return true;
            }
        }
        return false;
    }

    /**
     * The entry of a regular file that is unchanged: according to its stamp, or to its content if the stamp is missing
     * or different, as in a copy of the target root.
     */
    public Optional<ManifestEntry> untouchedFile(String target, Path path, BasicFileAttributes now) throws IOException {
        for (ManifestEntry entry : entries.getOrDefault(target, List.of())) {
            if (entry.type() == ManifestEntry.Type.file
                    && entry.size() != null
                    && entry.size() == now.size()
                    && sameTime(entry, now.lastModifiedTime().toInstant())) {
                boolean untouched = isAsStamped(target, path) || isContentOf(entry, path, now);
                return untouched ? Optional.of(entry) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /**
     * The digest in an entry if it is for the same file on the same disk: since the images of a disk never change, the
     * file need not be read again.
     *
     * @param guest its path in the guest
     */
    public Optional<ContentDigest> digestOfSame(ManifestEntry entry, String guest, long sizeBytes) {
        boolean same = sameDisk && entry.guest().equals(guest) && entry.size() != null && entry.size() == sizeBytes;
        return same ? ContentDigest.of(entry) : Optional.empty();
    }

    private boolean isAsStamped(String target, Path path) throws IOException {
        FileStamp stamp = stamps.get(target);
        return stamp != null && FileStamp.of(path).filter(stamp::isSameAs).isPresent();
    }

    /** Whether the file or link at a path is unchanged since an extraction wrote it; false for a directory. */
    public boolean isOurs(String target, Path path) throws IOException {
        BasicFileAttributes now = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        for (ManifestEntry entry : entries.getOrDefault(target, List.of())) {
            if (now.isSymbolicLink()
                    && entry.type() == ManifestEntry.Type.link
                    && HostNames.targetOf(Files.readSymbolicLink(path)).equals(entry.target())) {
                return true;
            }
            if (now.isRegularFile()
                    && entry.type() == ManifestEntry.Type.file
                    && entry.size() != null
                    && entry.size() == now.size()
                    && isContentOf(entry, path, now)) {
                return true;
            }
        }
        return false;
    }

    /** A file with large holes is not read for this: its time is enough. */
    private boolean isContentOf(ManifestEntry entry, Path path, BasicFileAttributes now) throws IOException {
        return entry.sha256() == null
                ? entry.dataSha256() != null
                        && sameTime(entry, now.lastModifiedTime().toInstant())
                : digest(path).equals(entry.sha256());
    }

    /** Whether a directory and everything in it is unchanged since extractions wrote it. */
    public boolean ownsAll(String target, Path directory) throws IOException {
        if (!madeDirectory(target)) {
            return false;
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(directory)) {
            for (Path child : children) {
                String childTarget = target + "/" + HostNames.nameOf(child);
                boolean ours = Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)
                        ? ownsAll(childTarget, child)
                        : isOurs(childTarget, child);
                if (!ours) {
                    return false;
                }
            }
        }
        return true;
    }

    /** Empty for a file that may not be read. */
    private static String digest(Path file) throws IOException {
        try {
            return Sha256.of(file).hex();
        } catch (AccessDeniedException e) {
            return "";
        }
    }

    /** Ignores nanoseconds, which not every host keeps. */
    private boolean sameTime(ManifestEntry entry, Instant now) {
        return entry.modified() != null
                && times.computeIfAbsent(entry.modified(), PreviousFiles::time)
                        .equals(now.truncatedTo(ChronoUnit.MICROS));
    }

    /** For an invalid text, a time that no file has. */
    private static Instant time(String text) {
        try {
            return Instant.parse(text).truncatedTo(ChronoUnit.MICROS);
        } catch (DateTimeException e) {
            return Instant.MAX;
        }
    }
}
