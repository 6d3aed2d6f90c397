// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.io.DiskTrouble;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.process.Deadline;
import io.crossbuild.process.ProgramOutput;
import io.crossbuild.qemu.MachineSpec;
import io.crossbuild.qemu.MemoryFile;
import io.crossbuild.qemu.QemuBinary;
import io.crossbuild.qemu.QemuProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A machine with a waiting guest, saved in a directory: its devices, and its RAM in the same or a separate file. */
record SavedState(Path directory) {

    /** 128 plus the signal's number on Linux. */
    private static final int SIGBUS_STATUS = 128 + 7;

    /** A machine starts with the RAM in this file and loads it page by page on access; nothing is read in advance. */
    private Path memory() {
        return directory.resolve("memory");
    }

    private Path devices() {
        return directory.resolve("devices");
    }

    /** Boots a machine until its guest waits, saves it and ends it. */
    void make(QemuBinary qemu, MachineSpec machine, Path logDirectory, Deadline deadline)
            throws CrossbuildException, IOException, InterruptedException {
        Path written = directory.resolve("memory.written");
        MachineSpec template = machine.withMemory(new MemoryFile(written, true));
        try (QemuProcess process = GuestBoot.boot(qemu, template, logDirectory, deadline)) {
            process.saveState(devices(), deadline);
            process.quit();
        } catch (VirtualMachineException e) {
            if (deadline.isExpired()) {
                throw e;
            }
            throw new CrossbuildException(lostMemory(e), null);
        }
        dropZeros(written, deadline);
        PatientFiles.delete(written);
    }

    /** If the host has no room for a page of RAM that QEMU writes, SIGBUS ends QEMU (mmap(2)). */
    private String lostMemory(VirtualMachineException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("ended with status " + SIGBUS_STATUS)
                ? DiskTrouble.FULL.words() + ": the machine's memory does not fit into '" + directory + "'"
                : message;
    }

    /** A quarter of the pages that a guest has written are zero again; Java cannot make holes. */
    private void dropZeros(Path written, Deadline deadline) throws IOException, InterruptedException {
        List<String> copy = List.of("cp", "--sparse=always", written.toString(), memory().toString());
        ProgramOutput output = ProgramOutput.of(copy, Map.of(), deadline);
        if (output.status() != 0) {
            // Not GNU's cp, so the zeros are copied.
            PatientFiles.deleteIfExists(memory());
            Files.createLink(memory(), written);
        }
    }

    /** Saves a machine that continues to run; its RAM is in the same file as its devices. */
    void save(QemuProcess process, Deadline deadline) throws VirtualMachineException, InterruptedException {
        process.saveState(devices(), deadline);
    }

    /** Starts a machine that continues from this state. */
    QemuProcess restore(QemuBinary qemu, MachineSpec machine, Path logDirectory, Deadline deadline)
            throws VirtualMachineException, IOException, InterruptedException {
        MachineSpec waiting = machine.withIncoming(true);
        MachineSpec spec = Files.exists(memory()) ? waiting.withMemory(new MemoryFile(memory(), false)) : waiting;
        return GuestBoot.start(
                qemu, spec, logDirectory, deadline, process -> process.restoreState(devices(), deadline));
    }
}
