// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.spec.MachineOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Boots guests. */
@FunctionalInterface
public interface GuestBooter {
    /**
     * Boots a guest of an architecture.
     *
     * @param logDirectory where the logs of the machine are written
     * @param root the qcow2 images of the disk to mount, from the lowest one upward, as soon as they are known; null for
     *     none
     * @throws CrossbuildException when the guest works, but cannot mount the disk
     * @throws VirtualMachineException when the guest does not work
     */
    Guest boot(Architecture architecture, MachineOptions options, Path logDirectory, @Nullable Future<List<Path>> root)
            throws CrossbuildException, IOException, InterruptedException;

    /** Boots a guest that mounts nothing. */
    default Guest boot(Architecture architecture, MachineOptions options, Path logDirectory)
            throws CrossbuildException, IOException, InterruptedException {
        return boot(architecture, options, logDirectory, null);
    }

    /**
     * Boots a guest while the caller continues, and mounts what the caller names later. Listeners are called from
     * another thread.
     */
    default PendingGuest begin(Architecture architecture, MachineOptions options, Path logDirectory) {
        return new PendingGuest(root -> boot(architecture, options, logDirectory, root));
    }
}
