// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.io.AtomicFile;
import io.crossbuild.io.PathLock;
import io.crossbuild.io.PrivateDirectory;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory that all of a user's builds share: downloads, environments, appliances, layers.
 *
 * <p>Published content never changes, and is never visible half-written. Safe for use by several threads and several
 * processes.
 */
public final class Store {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,199}");

    private static final List<String> OTHER_DIRECTORIES =
            List.of("downloads", "archives", "verdicts", "locks", "builds", "staging");

    private final Path home;
    private final Downloads downloads;
    private final Scratch builds;
    private final Scratch staging;

    private Store(Path home) {
        this.home = home;
        this.downloads = new Downloads(home.resolve("downloads"));
        this.builds = new Scratch(home.resolve("builds"), home.resolve("locks").resolve("builds.lock"));
        this.staging =
                new Scratch(home.resolve("staging"), home.resolve("locks").resolve("staging.lock"));
    }

    /** A kind of published directories; each kind has its own directory below the home. */
    public enum Kind {
        QEMU("qemu", Sealing.DIGESTS),
        APPLIANCE("appliances", Sealing.DIGESTS),
        ENVIRONMENT("environments", Sealing.DIGESTS),
        LAYER("layers", Sealing.DIGESTS),
        STATE("states", Sealing.STAMPS),
        /**
         * The only kind that changes after it is published: the machine of the process that has locked it writes to it.
         */
        CACHE("caches", Sealing.NONE);

        private final String directory;
        private final Sealing sealing;

        Kind(String directory, Sealing sealing) {
            this.directory = directory;
            this.sealing = sealing;
        }

        /** How damage to it is noticed. */
        public Sealing sealing() {
            return sealing;
        }
    }

    /**
     * Opens the store, makes its missing directories and removes what ended processes left unfinished.
     *
     * @throws CrossbuildException when the directory cannot be made, or belongs to another user. If it only cannot be
     *     written, what needs that fails later
     */
    public static Store open(Path home) throws CrossbuildException, InterruptedException {
        Path absolute = home.toAbsolutePath().normalize();
        Store store = new Store(absolute);
        try {
            store.makeDirectories();
            store.builds.sweep();
            store.staging.sweep();
        } catch (IOException e) {
            if (!StoreFailure.isReadOnly(e) || !store.isReadable()) {
                throw StoreFailure.of("Cannot open the store", absolute, e);
            }
            // What it holds can be extracted; everything else fails when it writes.
            LOG.debug("the store in '{}' cannot be written", absolute, e);
        }
        return store;
    }

    private boolean isReadable() {
        return Files.isReadable(directory(Kind.ENVIRONMENT))
                && Files.isReadable(directory(Kind.LAYER))
                && Files.isReadable(home.resolve("builds"));
    }

    /**
     * No other user may read what builds leave: saved memory, layers, logs. A directory that holds other things too
     * keeps its mode; the store's own directories in it are closed nevertheless.
     */
    private void makeDirectories() throws IOException {
        PrivateDirectory.own(home, isEmptyOrStore(home));
        for (Kind kind : Kind.values()) {
            PrivateDirectory.own(directory(kind), true);
        }
        for (String name : OTHER_DIRECTORIES) {
            PrivateDirectory.own(home.resolve(name), true);
        }
    }

    private static boolean isEmptyOrStore(Path home) throws IOException {
        if (!Files.isDirectory(home)) {
            return true;
        }
        try (Stream<Path> entries = Files.list(home)) {
            return entries.map(entry -> entry.getFileName().toString()).allMatch(Store::isOwn);
        }
    }

    private static boolean isOwn(String name) {
        return OTHER_DIRECTORIES.contains(name)
                || name.equals("logs")
                || name.equals("lost+found")
                || Stream.of(Kind.values()).anyMatch(kind -> kind.directory.equals(name));
    }

    /** The exception for a failure to write into the store in code outside the store. */
    public HostRequirementException failure(IOException e) {
        return StoreFailure.of("Cannot write in the store", home, e);
    }

    public Path home() {
        return home;
    }

    public Downloads downloads() {
        return downloads;
    }

    /** The published directory of a key. */
    public Optional<Path> find(Kind kind, String key) {
        Path path = path(kind, key);
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) ? Optional.of(path) : Optional.empty();
    }

    /** The keys of all published directories, sorted. */
    public List<String> keys(Kind kind) throws CrossbuildException {
        Path directory = directory(kind);
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> KEY.matcher(name).matches())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw StoreFailure.of("Cannot read", directory, e);
        }
    }

    /**
     * Publishes a directory, unless the key already has one: then nothing is written and the existing directory counts,
     * even if another process publishes it meanwhile.
     *
     * @return the published directory
     */
    public Path publish(Kind kind, String key, StagingWriter writer) throws CrossbuildException, InterruptedException {
        Optional<Path> present = find(kind, key);
        if (present.isPresent()) {
            return present.get();
        }
        Path target = path(kind, key);
        try (BuildDirectory stage = staging.open()) {
            Path content = Files.createDirectory(stage.path().resolve("content"));
            writer.write(content);
            if (kind.sealing != Sealing.NONE) {
                Seal.of(content, kind.sealing == Sealing.DIGESTS).addTo(content);
            }
            sync(content);
            move(content, target);
        } catch (IOException e) {
            throw StoreFailure.of("Cannot write", target, e);
        }
        return target;
    }

    private static void move(Path content, Path target) throws IOException {
        try {
            AtomicFile.move(content, target);
        } catch (FileSystemException e) {
            // Hosts report different errors for a directory that is in the way.
            if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
                throw e;
            }
        }
    }

    private static void sync(Path directory) throws IOException {
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(directory)) {
            walk.forEach(paths::add);
        }
        for (Path path : paths) {
            boolean content = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) && Files.isReadable(path);
            if (content || Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                AtomicFile.sync(path);
            }
        }
    }

    /** Records that a published directory is used: the least recently used ones are pruned first. */
    public void touch(Kind kind, String key) {
        touch(path(kind, key));
    }

    /**
     * The modification time of a published directory says when it was last used; apart from the stamps in its seal,
     * nothing else about it ever changes.
     */
    static void touch(Path published) {
        try {
            Files.setLastModifiedTime(published, FileTime.from(Instant.now()));
        } catch (IOException e) {
            // Gone, or in a store that this user may only read: neither matters to the caller.
            LOG.debug("cannot touch '{}'", published, e);
        }
    }

    /** Everything of a kind, with its size on disk, sorted by key. */
    public List<StoredEntry> entries(Kind kind) throws CrossbuildException, InterruptedException {
        DiskUsage usage = DiskUsage.in(directory(kind));
        List<StoredEntry> entries = new ArrayList<>();
        for (String key : keys(kind)) {
            Path path = path(kind, key);
            try {
                Instant lastUsed = Files.getLastModifiedTime(path).toInstant();
                entries.add(new StoredEntry(kind, key, path, usage.of(path), lastUsed, isHeld(kind, key)));
            } catch (NoSuchFileException e) {
                // Another process has just removed it.
                LOG.debug("'{}' was removed meanwhile", path);
            } catch (IOException e) {
                throw StoreFailure.of("Cannot read", path, e);
            }
        }
        return entries;
    }

    /**
     * Removes a published directory unless a running task is based on it. A directory that {@link BuildDirectory#hold}
     * names is either held before this method checks, or gone when its holder checks afterwards.
     *
     * @param lastUsed the directory also stays if it was used after this time
     * @return false when it stays
     */
    @SuppressWarnings("try")
    public boolean removeUnlessHeld(Kind kind, String key, Instant lastUsed)
            throws CrossbuildException, InterruptedException {
        Path path = path(kind, key);
        try (BuildDirectory stage = staging.open();
                PathLock guarded = builds.guard()) {
            if (isHeld(kind, key) || Files.getLastModifiedTime(path).toInstant().isAfter(lastUsed)) {
                return false;
            }
            AtomicFile.move(path, stage.path().resolve("removed"));
            return true;
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            throw StoreFailure.of("Cannot remove", path, e);
        }
    }

    /** Whether a running task is based on a published directory. */
    public boolean isHeld(Kind kind, String key) throws CrossbuildException {
        String line = kind.directory + "/" + checked(key);
        try {
            for (Path work : builds.entries()) {
                if (linesOf(work.resolve(BuildDirectory.HOLDS)).contains(line)) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw StoreFailure.of("Cannot read", home.resolve("builds"), e);
        }
    }

    private static List<String> linesOf(Path file) throws IOException {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** Removes a published directory; a reader sees all of it or nothing. */
    public void remove(Kind kind, String key) throws CrossbuildException, InterruptedException {
        Path path = path(kind, key);
        try (BuildDirectory stage = staging.open()) {
            AtomicFile.move(path, stage.path().resolve("removed"));
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw StoreFailure.of("Cannot remove", path, e);
        }
    }

    /**
     * Waits for the lock with a name, which only one holder among all processes has at a time.
     *
     * @throws CrossbuildException when it was held elsewhere for the whole time
     */
    public PathLock lock(String name, Duration atMost, PathLock.WaitListener listener)
            throws CrossbuildException, InterruptedException {
        Path file = home.resolve("locks").resolve(checked(name) + ".lock");
        try {
            return PathLock.acquire(file, atMost, listener);
        } catch (IOException e) {
            throw StoreFailure.of("Cannot lock", file, e);
        }
    }

    /** Takes the lock with a name if it is free. */
    public Optional<PathLock> tryLock(String name) throws CrossbuildException {
        Path file = home.resolve("locks").resolve(checked(name) + ".lock");
        try {
            return PathLock.tryAcquire(file);
        } catch (IOException e) {
            throw StoreFailure.of("Cannot lock", file, e);
        }
    }

    /** A new directory for one running virtual machine. */
    public BuildDirectory newBuildDirectory() throws CrossbuildException, InterruptedException {
        return builds.open();
    }

    /**
     * A directory for a task that reads published directories and writes nothing. If the store cannot be written, it is
     * elsewhere and holds nothing: then the caller must not rely on published directories to stay.
     */
    public BuildDirectory newReadingDirectory() throws CrossbuildException, InterruptedException {
        return builds.openToRead();
    }

    /** A small file that was kept under a name, such as the findings about an accelerator. */
    public Optional<byte[]> verdict(String name) throws CrossbuildException {
        return read(home.resolve("verdicts").resolve(checked(name)));
    }

    /** Keeps a small file; the previous one is replaced. */
    public void keepVerdict(String name, byte[] content) throws CrossbuildException {
        write(home.resolve("verdicts").resolve(checked(name)), content);
    }

    /** The last verified index of an archive. */
    public Optional<byte[]> archiveIndex(String archive) throws CrossbuildException {
        return read(home.resolve("archives").resolve(checked(archive)).resolve("InRelease"));
    }

    /** Keeps the verified index of an archive; the previous one is replaced. */
    public void keepArchiveIndex(String archive, byte[] content) throws CrossbuildException {
        write(home.resolve("archives").resolve(checked(archive)).resolve("InRelease"), content);
    }

    private static Optional<byte[]> read(Path file) throws CrossbuildException {
        try {
            return Optional.of(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw StoreFailure.of("Cannot read", file, e);
        }
    }

    private static void write(Path file, byte[] content) throws CrossbuildException {
        try {
            Files.createDirectories(file.getParent());
            AtomicFile.write(file, content);
        } catch (IOException e) {
            throw StoreFailure.of("Cannot write", file, e);
        }
    }

    private Path directory(Kind kind) {
        return home.resolve(kind.directory);
    }

    /** The path of a key's directory, also before it is published. */
    public Path path(Kind kind, String key) {
        return directory(kind).resolve(checked(key));
    }

    /** Whether a text, which may come from a file of the store, can be a key. */
    public static boolean isKey(String text) {
        return KEY.matcher(text).matches();
    }

    private static String checked(String key) {
        if (!isKey(key)) {
            throw new IllegalArgumentException("'" + key + "' is not a key (expected " + KEY.pattern() + ")");
        }
        return key;
    }
}
