// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.extract.plan.PlannedFile;
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

/** Gives files and directories of the host the times and modes that they have in the guest. */
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
     * Finds out which permissions a new file can have from its first moment on: all but those of the umask.
     *
     * @param directory on the same file system, to try it
     */
    static HostAttributes of(HostTraits traits, KeptAttributes kept, Path directory) throws IOException {
        if (!traits.unixModes()) {
            return new HostAttributes(traits, kept, 0);
        }
        Path probe = Files.createFile(directory.resolve("mode"), permissions(ALL));
        int creatable = modeOf(probe);
        Files.delete(probe);
        return new HostAttributes(traits, kept, creatable);
    }

    HostTraits traits() {
        return traits;
    }

    KeptAttributes kept() {
        return kept;
    }

    /** What a new file is created with, if that makes {@link #giveNew} cheaper. */
    FileAttribute<?>[] forNew(PlannedFile file) {
        int mode = kept.mode(file);
        return isCreatable(mode)
                ? new FileAttribute<?>[] {creations.computeIfAbsent(mode, HostAttributes::permissions)}
                : new FileAttribute<?>[0];
    }

    /** To be given a time, a file must be opened. */
    private boolean isCreatable(int mode) {
        return (mode & ~creatable) == 0 && (mode & OWNER_READ) != 0;
    }

    private static FileAttribute<Set<PosixFilePermission>> permissions(int mode) {
        PosixFilePermission[] all = PosixFilePermission.values();
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int i = 0; i < all.length; i++) {
            // They are declared in the order of the bits, the owner's right to read first.
            if ((mode & (OWNER_READ >> i)) != 0) {
                permissions.add(all[i]);
            }
        }
        return PosixFilePermissions.asFileAttribute(permissions);
    }

    /**
     * Completes a file that was created with {@link #forNew}, or a new directory. The time first: what its mode forbids to
     * read cannot be opened for that any more.
     */
    void giveNew(Path path, PlannedFile file) throws IOException {
        BasicFileAttributeView view = Files.getFileAttributeView(path, BasicFileAttributeView.class);
        // All times at once spare a look at those that stay.
        view.setTimes(FileTime.from(kept.modified(file)), now, null);
        if (traits.unixModes() && (file.node().isDirectory() || !isCreatable(kept.mode(file)))) {
            Files.setAttribute(path, MODE, kept.mode(file));
        }
    }

    /** As {@link #giveNew}; what is right already is left alone, as a change would be the file's last one. */
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

    /** Whether the owner may do everything in a directory of the guest, so that nothing is in the way once it has its mode. */
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
