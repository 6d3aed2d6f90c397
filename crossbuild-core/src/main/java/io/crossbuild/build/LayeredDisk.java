// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import java.nio.file.Path;
import java.util.List;

/**
 * The disk after the last step.
 *
 * @param images the qcow2 images that make it up, from the environment's up. One that the store
 *     does not hold lies in the build directory and goes with it
 * @param ids of the environment and of each layer, in the same order: two disks with the same ids hold the same
 */
public record LayeredDisk(List<Path> images, List<String> ids, int steps, int stepsRun) {
    public LayeredDisk {
        images = List.copyOf(images);
        ids = List.copyOf(ids);
    }
}
