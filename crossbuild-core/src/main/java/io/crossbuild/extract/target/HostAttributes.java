// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.extract.plan.PlannedFile;
import io.crossbuild.io.PatientFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Sets the times and modes of files and directories on the host as in the guest. */
final class HostAttributes {
    private static final int MODE_BITS = 07777;
    private static final int OWNER_ALL = 0700;
    private static final int OWNER_READ = 0400;
    private static final int ALL = 0777;
    private static final String MODE = "unix:mode";

    private final HostTraits traits;
    private final KeptAttributes kept;
    private final int creatable;
    private final FileTime now = FileTime.from(Instant.now());
    private final Map<Integer, FileAttribute<?>> creations = new ConcurrentHashMap<>();

    private HostAttributes(HostTraits traits, KeptAttributes kept, int creatable) {
        this.traits = traits;
        this.kept = kept;
        this.creatable = creatable;
    }

    /**
     * Finds out which permissions a new file can be created with: all except those in the umask.
     *
     * @param directory on the same file system, for a test file
     */
    static HostAttributes of(HostTraits traits, KeptAttributes kept, Path directory) throws IOException {
        if (!traits.unixModes()) {
            return new HostAttributes(traits, kept, 0);
        }
        Path probe = Files.createFile(directory.resolve("mode"), permissions(ALL));
        int creatable = modeOf(probe);
        PatientFiles.delete(probe);
        return new HostAttributes(traits, kept, creatable);
    }

    HostTraits traits() {
        return traits;
    }

    KeptAttributes kept() {
        return kept;
    }

    /** The attributes for creating a new file, if they make {@link #giveNew} cheaper. */
    FileAttribute<?>[] forNew(PlannedFile file) {
        int mode = kept.mode(file);
        return isCreatable(mode)
                ? new FileAttribute<?>[] {creations.computeIfAbsent(mode, HostAttributes::permissions)}
                : new FileAttribute<?>[0];
    }

    /** A file must be opened to set its time. */
    private boolean isCreatable(int mode) {
        return (mode & ~creatable) == 0 && (mode & OWNER_READ) != 0;
    }

    private static FileAttribute<Set<PosixFilePermission>> permissions(int mode) {
        PosixFilePermission[] all = PosixFilePermission.values();
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < all.length; i++) {
            // They are declared in the order of the bits, starting with the owner's permission to read.
            if ((mode & (OWNER_READ >> i)) != 0) {
                permissions.add(all[i]);
            }
        }
        return PosixFilePermissions.asFileAttribute(permissions);
    }

    /**
     * Completes a file that was created with {@link #forNew}, or a new directory. The time is set first: once its mode
     * forbids reading, the file can no longer be opened for that.
     */
    void giveNew(Path path, PlannedFile file) throws IOException {
        BasicFileAttributeView view = Files.getFileAttributeView(path, BasicFileAttributeView.class);
        // Setting all times at once avoids reading those that stay.
        view.setTimes(FileTime.from(kept.modified(file)), now, null);
        if (traits.unixModes() && (file.node().isDirectory() || !isCreatable(kept.mode(file)))) {
            Files.setAttribute(path, MODE, kept.mode(file));
        }
    }

    /**
     * Like {@link #giveNew}, but leaves correct attributes alone, since setting them would update the file's change
     * time.
     */
    void give(Path path, PlannedFile file) throws IOException {
        Instant wanted = kept.modified(file);
        Instant now = view(path).readAttributes().lastModifiedTime().toInstant();
        if (!now.truncatedTo(ChronoUnit.MICROS).equals(wanted.truncatedTo(ChronoUnit.MICROS))) {
            view(path).setTimes(FileTime.from(wanted), null, null);
        }
        if (traits.unixModes() && modeOf(path) != kept.mode(file)) {
            Files.setAttribute(path, MODE, kept.mode(file));
        }
    }

    /**
     * Whether the owner has all permissions for a directory of the guest, so that it can be filled after its mode is
     * set.
     */
    boolean isOpenToOwner(PlannedFile directory) {
        return !traits.unixModes() || (kept.mode(directory) & OWNER_ALL) == OWNER_ALL;
    }

    /** Lets the owner write into a directory. */
    void openToOwner(Path directory) throws IOException {
        if (traits.unixModes() && (modeOf(directory) & OWNER_ALL) != OWNER_ALL) {
            Files.setAttribute(directory, MODE, modeOf(directory) | OWNER_ALL);
        }
    }

    private static int modeOf(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, MODE, LinkOption.NOFOLLOW_LINKS) & MODE_BITS;
    }

    private static BasicFileAttributeView view(Path path) {
        return Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }
}
