// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Directories that other users of the host cannot enter: mode 0700 where files have modes. Elsewhere, as on Windows, a
 * directory inherits its parent's rights.
 */
public final class PrivateDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(PrivateDirectory.class);
    private static final Set<PosixFilePermission> ONLY_OWNER = PosixFilePermissions.fromString("rwx------");

    private PrivateDirectory() {}

    /**
     * Makes a directory. Missing parents are made with the usual mode, existing ones stay as they are. A directory that
     * already exists is closed to others if it belongs to this user.
     */
    public static void make(Path directory) throws IOException {
        if (!hasModes(directory)) {
            Files.createDirectories(directory);
            return;
        }
        if (!create(directory) && isOurs(directory)) {
            close(directory);
        }
    }

    /**
     * As {@link #make}, but refuses a directory of another user, who could read and change what is in it.
     *
     * @param tightens whether an existing directory is closed to others; otherwise it keeps its mode
     * @throws ForeignDirectoryException when it belongs to another user
     */
    public static void own(Path directory, boolean tightens) throws IOException {
        boolean there = Files.isDirectory(directory);
        if (there && hasModes(directory) && !isOurs(directory)) {
            throw new ForeignDirectoryException(directory, String.valueOf(Files.getOwner(directory)));
        }
        if (!there || tightens) {
            make(directory);
        }
    }

    /** Returns false when it already exists. */
    private static boolean create(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return false;
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        try {
            Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(ONLY_OWNER));
            return true;
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw new FileSystemException(directory.toString(), null, "it is a file (expected a directory)");
            }
            return false;
        }
    }

    private static void close(Path directory) throws IOException {
        Set<PosixFilePermission> present = Files.getPosixFilePermissions(directory);
        if (ONLY_OWNER.containsAll(present)) {
            return;
        }
        try {
            Files.setPosixFilePermissions(directory, ONLY_OWNER);
        } catch (AccessDeniedException e) {
            throw e;
        } catch (IOException e) {
            LOG.debug("cannot change the mode of '{}'", directory, e);
        }
        // Some file systems, such as a Windows one mounted on Linux, do not store modes.
        if (!ONLY_OWNER.containsAll(Files.getPosixFilePermissions(directory))) {
            LOG.warn(
                    "Other users of this host may read '{}': its mode is {} and cannot be changed (expected rwx------)",
                    directory,
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
        }
    }

    private static boolean hasModes(Path directory) {
        return directory.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static boolean isOurs(Path directory) throws IOException {
        return Objects.equals(Files.getAttribute(directory, "unix:uid"), ourUid());
    }

    /** The user that this process acts as: Java does not know its number, and the number may have no name. */
    private static Object ourUid() throws IOException {
        Path process = Path.of("/proc/self");
        if (HostOs.current().hasLinuxKernel() && Files.exists(process)) {
            return Files.getAttribute(process, "unix:uid");
        }
        Path probe = Files.createTempFile("cbu", "");
        try {
            return Files.getAttribute(probe, "unix:uid");
        } finally {
            PatientFiles.delete(probe);
        }
    }
}
