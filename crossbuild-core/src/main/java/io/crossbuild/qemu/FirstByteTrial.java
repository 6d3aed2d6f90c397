// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.process.Deadline;
import io.crossbuild.store.BuildDirectory;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Boots a kernel until it has printed its first byte. That a hypervisor's device opens, and even makes a machine, proves
 * nothing: on some hosts such a machine never executes an instruction.
 */
final class FirstByteTrial implements GuestTrial {
    private static final Duration TIME = Duration.ofSeconds(8);
    private static final long POLL_MILLIS = 10;
    private static final long MEMORY_BYTES = 256L << 20;

    private final Store store;
    private final Path kernel;

    FirstByteTrial(Store store, Path kernel) {
        this.store = store;
        this.kernel = kernel;
    }

    @Override
    public boolean runs(QemuBinary qemu, Accelerator accelerator)
            throws IOException, CrossbuildException, InterruptedException {
        Deadline deadline = Deadline.after(TIME);
        try (BuildDirectory directory = store.newBuildDirectory();
                QemuProcess machine = Qemu.start(
                        qemu,
                        spec(qemu.architecture(), accelerator),
                        directory.path(),
                        directory.socketDirectory(),
                        deadline)) {
            while (!deadline.isExpired()) {
                if (Files.exists(machine.serialLog()) && Files.size(machine.serialLog()) > 0) {
                    return true;
                }
                if (!machine.isAlive()) {
                    return false;
                }
                Thread.sleep(POLL_MILLIS);
            }
            return false;
        } catch (VirtualMachineException e) {
            return false;
        }
    }

    private MachineSpec spec(Architecture architecture, Accelerator accelerator) {
        String early = architecture == Architecture.AMD64 ? "earlyprintk=ttyS0" : "earlycon=pl011,0x9000000";
        return new MachineSpec(
                architecture,
                accelerator,
                MEMORY_BYTES,
                1,
                kernel,
                null,
                "console=" + architecture.serialConsole() + " " + early,
                List.of(),
                0,
                false,
                false);
    }
}
