// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.process.Deadline;
import io.crossbuild.store.BuildDirectory;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Boots a kernel, without any appliance, until it has printed its banner. */
final class BannerTrial implements GuestTrial {
    private static final Duration TIME = Duration.ofSeconds(5);
    private static final String BANNER = "Linux version ";
    private static final int MAX_BYTES = 64 << 10;
    private static final long POLL_MILLIS = 10;
    private static final long MEMORY_BYTES = 256L << 20;

    private final Store store;
    private final Path kernel;

    BannerTrial(Store store, Path kernel) {
        this.store = store;
        this.kernel = kernel;
    }

    @Override
    public Optional<String> problem(QemuBinary qemu, AcceleratorVariant variant)
            throws IOException, CrossbuildException, InterruptedException {
        Deadline deadline = Deadline.after(TIME);
        try (BuildDirectory directory = store.newBuildDirectory();
                QemuProcess machine = Qemu.start(
                        qemu,
                        spec(qemu.architecture(), variant),
                        directory.path(),
                        directory.socketDirectory(),
                        deadline)) {
            while (!deadline.isExpired()) {
                if (hasBanner(machine.serialLog())) {
                    return Optional.empty();
                }
                if (!machine.isAlive()) {
                    return Optional.of("the machine ended");
                }
                Thread.sleep(POLL_MILLIS);
            }
            return Optional.of("no banner");
        } catch (VirtualMachineException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static boolean hasBanner(Path serialLog) throws IOException {
        if (!Files.exists(serialLog)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(serialLog)) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1).contains(BANNER);
        }
    }

    private MachineSpec spec(Architecture architecture, AcceleratorVariant accelerator) {
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
                FrameFilter.NONE,
                false,
                null);
    }
}
