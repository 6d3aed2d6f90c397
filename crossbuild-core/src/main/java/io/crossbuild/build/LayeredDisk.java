// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import io.crossbuild.extract.needs.TracedLine;
import java.nio.file.Path;
import java.util.List;

/**
 * The disk after the last step.
 *
 * @param images the qcow2 images of which it consists, from the environment's up. An image that is not in the store is
 *     in the build directory and is removed with it
 * @param ids the ids of the environment and of each layer, in the same order: disks with the same ids have the same
 *     content
 * @param traced what each traced step read, in the order of the steps
 */
public record LayeredDisk(List<Path> images, List<String> ids, int steps, int stepsRun, List<TracedLine> traced) {
    public LayeredDisk {
        images = List.copyOf(images);
        ids = List.copyOf(ids);
        traced = List.copyOf(traced);
    }
}
