// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import io.crossbuild.error.HostRequirementException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.io.Sha256;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Files from the network, each under its own digest: {@code downloads/sha256/<first two digits>/<digest>}. */
public final class Downloads {
    private final Path directory;

    Downloads(Path directory) {
        this.directory = directory;
    }

    /**
     * The file with a digest, if it is here. It is read each time, because the packages of a file that has changed since
     * it was downloaded must not be used; what is done with them takes far longer.
     *
     * @param listener is told when the file is damaged; it is removed then
     */
    public Optional<Path> find(Sha256 digest, long sizeBytes, BuildListener listener) throws HostRequirementException {
        Path file = path(digest);
        Optional<String> damage;
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            if (!attributes.isRegularFile()) {
                return Optional.empty();
            }
            damage = attributes.size() == sizeBytes
                    ? damage(file)
                    : Optional.of("'" + file + "' has " + attributes.size() + " bytes (expected " + sizeBytes + ")");
        } catch (IOException e) {
            return Optional.empty();
        }
        if (damage.isPresent()) {
            remove(digest);
            listener.onEvent(new Warning.StoreDamaged(file, damage.get()));
            return Optional.empty();
        }
        Store.touch(file);
        return Optional.of(file);
    }

    /** What is wrong with a file whose name is its digest; empty when nothing is. */
    public static Optional<String> damage(Path file) throws IOException {
        String expected = file.getFileName().toString();
        String found = Sha256.of(file).hex();
        return found.equals(expected)
                ? Optional.empty()
                : Optional.of("'" + file + "' has digest " + found + " (expected " + expected + ")");
    }

    /** Every file, sorted by path. */
    public List<StoredDownload> list() throws HostRequirementException {
        List<StoredDownload> found = new ArrayList<>();
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    found.add(new StoredDownload(
                            file,
                            attributes.size(),
                            attributes.lastModifiedTime().toInstant()));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                    if (e instanceof NoSuchFileException) {
                        return FileVisitResult.CONTINUE;
                    }
                    throw e;
                }
            });
        } catch (IOException e) {
            throw StoreFailure.of("Cannot read", directory, e);
        }
        found.sort(Comparator.comparing(StoredDownload::path));
        return found;
    }

    /** Removes a listed file, unless it was used since. */
    public boolean removeUnlessUsed(StoredDownload file) throws HostRequirementException {
        try {
            if (Files.getLastModifiedTime(file.path()).toInstant().isAfter(file.lastUsed())) {
                return false;
            }
            PatientFiles.delete(file.path());
            return true;
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            throw StoreFailure.of("Cannot remove", file.path(), e);
        }
    }

    /**
     * Where the file with a digest belongs. Its directory is made; the caller moves the file there once it is checked.
     */
    public Path place(Sha256 digest) throws HostRequirementException {
        Path group = group(digest);
        try {
            Files.createDirectories(group);
        } catch (IOException e) {
            throw StoreFailure.of("Cannot make", group, e);
        }
        return path(digest);
    }

    /** Removes the file with a digest, for example because its bytes turned out to be different. */
    public void remove(Sha256 digest) throws HostRequirementException {
        Path file = path(digest);
        try {
            PatientFiles.delete(file);
        } catch (NoSuchFileException e) {
            return;
        } catch (IOException e) {
            throw StoreFailure.of("Cannot remove", file, e);
        }
    }

    private Path path(Sha256 digest) {
        return group(digest).resolve(digest.hex());
    }

    private Path group(Sha256 digest) {
        return directory.resolve("sha256").resolve(digest.hex().substring(0, 2));
    }
}
