// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.process.CallbackSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The sockets that QEMU connects to when it starts. */
record Listeners(CallbackSocket monitor, List<CallbackSocket> ports, List<CallbackSocket> frames)
        implements AutoCloseable {

    static Listeners bind(Path directory, MachineSpec spec) throws IOException {
        CallbackSocket monitor = CallbackSocket.bind(directory.resolve("qmp"));
        Listeners listeners = new Listeners(monitor, new ArrayList<>(), new ArrayList<>());
        try {
            for (int i = 0; i < spec.messagePorts().size(); i++) {
                listeners.ports.add(CallbackSocket.bind(directory.resolve("port" + i)));
            }
            for (int i = 0; i < spec.filter().sockets(); i++) {
                listeners.frames.add(CallbackSocket.bind(directory.resolve("frame" + i)));
            }
            return listeners;
        } catch (IOException e) {
            listeners.close();
            throw e;
        }
    }

    List<Path> portPaths() {
        return ports.stream().map(CallbackSocket::path).toList();
    }

    List<Path> framePaths() {
        return frames.stream().map(CallbackSocket::path).toList();
    }

    @Override
    public void close() throws IOException {
        monitor.close();
        for (CallbackSocket port : ports) {
            port.close();
        }
        for (CallbackSocket end : frames) {
            end.close();
        }
    }
}
