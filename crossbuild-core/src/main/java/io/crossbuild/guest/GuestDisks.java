// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.qemu.DiskFormat;
import io.crossbuild.qemu.DiskSpec;
import java.nio.file.Path;
import java.util.List;

/** The disks of a guest, by the names that its scripts receive. */
final class GuestDisks {
    /** How many disks can be plugged in: a root, an archive or inputs, and the caches. */
    static final int SLOTS = 2 + Guest.MAX_CACHES;

    static final String INPUTS = "inputs";

    private GuestDisks() {}

    /** The environment, in one image or in several, from the lowest one upward. */
    static DiskSpec root(List<Path> images) {
        return new DiskSpec("root", images, DiskFormat.QCOW2, false, false);
    }

    /** A tar archive of an environment. */
    static DiskSpec archive(Path image) {
        return new DiskSpec("archive", image, DiskFormat.RAW, true);
    }

    /** Archives of inputs. */
    static DiskSpec inputs(Path image) {
        return new DiskSpec(INPUTS, image, DiskFormat.RAW, true);
    }

    /** A target root that can be changed. */
    static DiskSpec target(Path image) {
        return new DiskSpec("target", image, DiskFormat.RAW, false);
    }

    /** @param number from 0 */
    static DiskSpec cache(int number, Path image) {
        return new DiskSpec("cache" + number, List.of(image), DiskFormat.QCOW2, false, true);
    }
}
