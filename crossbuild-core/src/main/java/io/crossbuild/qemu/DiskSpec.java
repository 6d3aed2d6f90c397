// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import java.nio.file.Path;
import java.util.List;

/**
 * A disk to plug in.
 *
 * @param name unique in its machine; 1 to 20 of {@code [A-Za-z0-9_-]}, begins with a letter. The guest sees it as the
 *     disk's serial number, that is, as {@code /sys/block/vd?/serial} and {@code /dev/disk/by-id/virtio-<name>}
 * @param images the image files, from the lowest one upward; the guest writes to the last one, and the others are qcow2
 *     too. QEMU opens these and no others, whatever their headers name
 * @param format of the last image
 * @param outlivesMachine whether the image is used again no matter how the machine ends: then what the guest has
 *     flushed is on the host's disk
 */
public record DiskSpec(String name, List<Path> images, DiskFormat format, boolean readOnly, boolean outlivesMachine) {
    /** A disk of one image, which is discarded unless the machine ends in order. */
    public DiskSpec(String name, Path image, DiskFormat format, boolean readOnly) {
        this(name, List.of(image), format, readOnly, false);
    }

    public DiskSpec {
        // virtio 1.2, section 5.2.6: a serial has 20 bytes. QEMU's node names are as strict in their characters.
        if (!name.matches("[A-Za-z][A-Za-z0-9_-]{0,19}")) {
            throw new IllegalArgumentException("disk name '" + name + "'");
        }
        images = List.copyOf(images);
        if (images.isEmpty()) {
            throw new IllegalArgumentException("disk '" + name + "' without an image");
        }
    }

    /** The image to which the guest writes. */
    public Path image() {
        return images.get(images.size() - 1);
    }
}
