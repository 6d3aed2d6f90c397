// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import io.crossbuild.io.AtomicFile;
import io.crossbuild.io.ChecksummedFile;
import io.crossbuild.io.ContentDigests;
import io.crossbuild.io.FileStamp;
import io.crossbuild.io.Leftovers;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.io.Sha256;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the files of a published directory contain, in a file next to them. Usually stamps are enough to know that they
 * are unchanged; if a stamp differs, as in a copied store, the digests decide.
 *
 * @param digested whether there are digests; otherwise size and modification time must be those of the seal
 */
record Seal(boolean digested, List<Entry> entries) {
    private static final Logger LOG = LoggerFactory.getLogger(Seal.class);
    static final String FILE = "seal";
    private static final String NEXT = "." + FILE + "-";

    private static final long MAGIC = 0x63_72_6F_73_73_73_65_01L;
    private static final int MAX_BYTES = 1 << 28;
    private static final int MAX_ENTRIES = 1 << 20;

    Seal {
        entries = List.copyOf(entries);
    }

    /**
     * A file or a link.
     *
     * @param path relative to the directory, with slashes
     * @param digests see {@link ContentDigests}; of a link, the digest of its target; empty unless there are digests
     */
    @SuppressWarnings("ArrayRecordComponent") // entries are never compared
    record Entry(String path, FileStamp stamp, byte[] digests) {}

    /** A seal of a directory's present files. */
    static Seal of(Path directory, boolean digested) throws IOException, InterruptedException {
        List<Entry> entries = new ArrayList<>();
        for (Path file : files(directory)) {
            FileStamp stamp = FileStamp.of(file).orElseThrow(() -> new IOException("'" + file + "' is gone"));
            String path = directory.relativize(file).toString().replace('\\', '/');
            entries.add(new Entry(path, stamp, digested ? digests(file) : new byte[0]));
        }
        return new Seal(digested, entries);
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            return walk.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    private static byte[] digests(Path file) throws IOException, InterruptedException {
        return Files.isSymbolicLink(file) ? digestOfLink(file) : ContentDigests.of(file);
    }

    private static byte[] digestOfLink(Path link) throws IOException {
        String target = Files.readSymbolicLink(link).toString();
        return Sha256.of(target.getBytes(StandardCharsets.UTF_8)).bytes();
    }

    /** Adds the seal to a directory that is about to be published. */
    void addTo(Path directory) throws IOException {
        write(directory.resolve(FILE));
    }

    private void write(Path file) throws IOException {
        ChecksummedFile.write(file, out -> {
            out.writeLong(MAGIC);
            out.writeBoolean(digested);
            out.writeInt(entries.size());
            for (Entry entry : entries) {
                out.writeUTF(entry.path());
                entry.stamp().writeTo(out);
                out.writeInt(entry.digests().length);
                out.write(entry.digests());
            }
        });
    }

    /** @throws IOException also when the seal is missing, damaged, or of another version */
    static Seal read(Path directory) throws IOException {
        Path file = directory.resolve(FILE);
        DataInputStream in = ChecksummedFile.read(file, MAX_BYTES);
        if (in.readLong() != MAGIC) {
            throw new IOException("'" + file + "' is of another version");
        }
        boolean digested = in.readBoolean();
        int count = in.readInt();
        if (count < 0 || count > MAX_ENTRIES) {
            throw new IOException("'" + file + "' has " + count + " entries (expected at most " + MAX_ENTRIES + ")");
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String path = checked(in.readUTF(), file);
            FileStamp stamp = FileStamp.readFrom(in);
            int length = in.readInt();
            if (length < 0 || length > in.available()) {
                throw new IOException("'" + file + "' has " + length + " bytes of digests for '" + path + "'");
            }
            entries.add(new Entry(path, stamp, in.readNBytes(length)));
        }
        return new Seal(digested, entries);
    }

    /** A copied store may have been edited; no entry may lead out of the directory. */
    private static String checked(String path, Path file) throws IOException {
        String whole = "/" + path + "/";
        boolean plain = !whole.contains("//")
                && !whole.contains("/./")
                && !whole.contains("/../")
                && path.indexOf('\0') < 0
                && path.indexOf('\\') < 0;
        try {
            if (plain && !Path.of(path).isAbsolute()) {
                return path;
            }
        } catch (InvalidPathException e) {
            // Not a name on this host.
            LOG.debug("'{}' in '{}'", path, file, e);
        }
        throw new IOException(
                "'" + file + "' has an entry '" + path.replace('\0', '?') + "' (expected a path in its directory)");
    }

    /** The same with stamps that no file has, so that the next check reads all files. */
    Seal withoutStamps() {
        List<Entry> unknown = new ArrayList<>();
        for (Entry entry : entries) {
            FileStamp none = new FileStamp(0, 0, entry.stamp().sizeBytes(), 0, 0);
            unknown.add(new Entry(entry.path(), none, entry.digests()));
        }
        return new Seal(digested, unknown);
    }

    /**
     * What is wrong with the files, in words; empty when nothing is. If files are unchanged but have other stamps, the
     * seal gets these, so that the next check is quick again.
     *
     * @param inFull whether to read files whose stamps are the same, too
     */
    Optional<String> damage(Path directory, boolean inFull) throws IOException, InterruptedException {
        boolean restamped = false;
        List<Entry> now = new ArrayList<>();
        for (Entry entry : entries) {
            Path file = directory.resolve(entry.path());
            Optional<FileStamp> stamp = FileStamp.of(file);
            if (stamp.isEmpty()) {
                return Optional.of("'" + file + "' is gone");
            }
            boolean same = isSame(entry.stamp(), stamp.get());
            if (!same || (inFull && digested)) {
                Optional<String> damage = damage(file, entry, stamp.get());
                if (damage.isPresent()) {
                    return damage;
                }
            }
            restamped |= !same;
            now.add(same ? entry : new Entry(entry.path(), stamp.get(), entry.digests()));
        }
        if (restamped) {
            new Seal(digested, now).replace(directory);
        }
        return Optional.empty();
    }

    private boolean isSame(FileStamp sealed, FileStamp found) {
        return digested
                ? sealed.isSameAs(found)
                : sealed.sizeBytes() == found.sizeBytes() && sealed.modified() == found.modified();
    }

    private Optional<String> damage(Path file, Entry entry, FileStamp found) throws IOException, InterruptedException {
        long expected = entry.stamp().sizeBytes();
        if (found.sizeBytes() != expected) {
            return Optional.of("'" + file + "' has " + found.sizeBytes() + " bytes (expected " + expected + ")");
        }
        if (!digested) {
            return Optional.of("'" + file + "' has changed since it was made");
        }
        if (Files.isSymbolicLink(file)) {
            return Arrays.equals(digestOfLink(file), entry.digests())
                    ? Optional.empty()
                    : Optional.of(
                            "'" + file + "' leads to '" + Files.readSymbolicLink(file) + "' (expected another target)");
        }
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.of("'" + file + "' is not a file");
        }
        return ContentDigests.difference(file, entry.digests()).map(words -> "'" + file + "' " + words);
    }

    /** Puts the seal in the place of an older one; if that fails, the next check only takes longer. */
    void replace(Path directory) {
        Leftovers.sweep(directory, NEXT);
        Path next = directory.resolve(NEXT + UUID.randomUUID());
        try {
            write(next);
            AtomicFile.sync(next);
            AtomicFile.move(next, directory.resolve(FILE));
        } catch (IOException e) {
            LOG.debug("cannot write '{}'", next, e);
            deleteQuietly(next);
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            PatientFiles.deleteIfExists(file);
        } catch (IOException e) {
            LOG.debug("cannot remove '{}'", file, e);
        }
    }
}
