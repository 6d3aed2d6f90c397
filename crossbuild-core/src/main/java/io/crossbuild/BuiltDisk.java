// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.build.LayeredDisk;
import io.crossbuild.disk.DiskTree;
import io.crossbuild.disk.ext4.ReadTrace;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.extract.DiskComparison;
import io.crossbuild.layer.StoredLayer;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The disk after the last step, compared with the disk of an earlier build. */
record BuiltDisk(Store store, LayeredDisk built) implements DiskComparison {
    private static final Logger LOG = LoggerFactory.getLogger(BuiltDisk.class);

    @Override
    public boolean readsTheSame(List<String> disk, ReadTrace trace) {
        try {
            Optional<List<Path>> images = images(disk);
            return images.isPresent() && DiskTree.readsTheSame(trace, images.get(), built.images());
        } catch (IOException | CrossbuildException e) {
            // Removed or damaged in the meantime: the extraction then reads everything.
            LOG.debug("cannot compare with the disk {}", disk, e);
            return false;
        } catch (InterruptedException e) {
            // The extraction ends with its first read.
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The images of a different disk of the same environment; empty unless the store still has all of them. */
    private Optional<List<Path>> images(List<String> ids) throws CrossbuildException, InterruptedException {
        if (ids.isEmpty() || !ids.get(0).equals(built.ids().get(0))) {
            return Optional.empty();
        }
        List<Path> images = new ArrayList<>();
        for (String id : ids) {
            int shared = built.ids().indexOf(id);
            Optional<Path> image = shared >= 0 ? Optional.of(built.images().get(shared)) : StoredLayer.image(store, id);
            if (image.isEmpty()) {
                return Optional.empty();
            }
            images.add(image.get());
        }
        return Optional.of(images);
    }
}
