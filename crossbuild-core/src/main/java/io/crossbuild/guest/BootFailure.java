// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.error.HostDiskException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.event.TerminalText;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.qemu.Qemu;
import io.crossbuild.qmp.QmpException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** What is to be learnt from a machine that did not boot. */
final class BootFailure {
    /** The most that is kept of a line: QEMU's own are shorter. */
    private static final int MAX_LENGTH = 300;

    private BootFailure() {}

    /**
     * Whether another accelerator may help: not with a full disk, with an image that QEMU refuses, or with something
     * that the user has to change.
     */
    static boolean isOfAccelerator(VirtualMachineException e) {
        return !(e instanceof HostDiskException)
                && !(e.getCause() instanceof QmpException)
                && e.advice().isEmpty();
    }

    /** The failure in one line: its message, and the last line that QEMU printed. */
    static String problem(VirtualMachineException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        String first = end < 0 ? message : message.substring(0, end);
        String last = Qemu.lastLine(e);
        String text = TerminalText.plain(last.isEmpty() || first.contains(last) ? first : first + ": " + last);
        return text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "..." : text;
    }

    /** Renames the logs, since the next machine writes its own: {@code qemu.log} becomes {@code qemu-hvf.log}. */
    static void keepLogs(Path logDirectory, String accelerator) throws IOException {
        for (String name : List.of(Qemu.LOG_FILE, Qemu.SERIAL_LOG_FILE)) {
            Path log = logDirectory.resolve(name);
            if (Files.exists(log)) {
                String kept = name.replace(".log", "-" + accelerator + ".log");
                PatientFiles.move(log, logDirectory.resolve(kept), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }
}
