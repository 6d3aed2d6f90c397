// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import java.nio.file.Path;
import java.util.List;

/**
 * The host's files of one running machine.
 *
 * @param serialLog what the guest writes to its serial port
 * @param qmpSocket to which QEMU connects its monitor
 * @param portSockets to which it connects {@link MachineSpec#messagePorts()}, in the same order
 * @param frameSockets to which it connects the ends of {@link MachineSpec#filter()}
 */
record MachineFiles(Path serialLog, Path qmpSocket, List<Path> portSockets, List<Path> frameSockets) {
    MachineFiles {
        portSockets = List.copyOf(portSockets);
        frameSockets = List.copyOf(frameSockets);
    }
}
