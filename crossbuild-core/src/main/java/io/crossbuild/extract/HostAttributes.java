// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Gives files and directories of the host the times and modes that they have in the guest. */
final class HostAttributes {
    private static final int MODE_BITS = 07777;
    private static final int OWNER_ALL = 0700;
    private static final String MODE = "unix:mode";

    private final HostTraits traits;
    private final ExtractionOptions options;

    HostAttributes(HostTraits traits, ExtractionOptions options) {
        this.traits = traits;
        this.options = options;
    }

    /** The time first: a file that its mode forbids to read cannot be opened for that any more. */
    void giveNew(Path path, PlannedFile file) throws IOException {
        view(path).setTimes(FileTime.from(modified(file, options.outputTimestamp())), null, null);
        if (traits.unixModes()) {
            Files.setAttribute(path, MODE, mode(file, options));
        }
    }

    /** As {@link #giveNew}; what is right already is left alone, as a change would be the file's last one. */
    void give(Path path, PlannedFile file) throws IOException {
        Instant wanted = modified(file, options.outputTimestamp());
        Instant now = view(path).readAttributes().lastModifiedTime().toInstant();
        if (!now.truncatedTo(ChronoUnit.MICROS).equals(wanted.truncatedTo(ChronoUnit.MICROS))) {
            view(path).setTimes(FileTime.from(wanted), null, null);
        }
        if (traits.unixModes() && modeOf(path) != mode(file, options)) {
            Files.setAttribute(path, MODE, mode(file, options));
        }
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

    static int mode(PlannedFile file, ExtractionOptions options) {
        int dropped = options.keepSetId() ? 0 : 06000;
        return file.node().permissions() & MODE_BITS & ~dropped;
    }

    static Instant modified(PlannedFile file, @Nullable Instant outputTimestamp) {
        return outputTimestamp == null ? file.node().modified() : outputTimestamp;
    }
}
