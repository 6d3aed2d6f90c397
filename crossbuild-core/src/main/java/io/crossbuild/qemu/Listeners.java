// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.process.CallbackSocket;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The sockets that QEMU connects to when it starts. */
record Listeners(CallbackSocket monitor, List<CallbackSocket> ports) implements AutoCloseable {

    static Listeners bind(Path directory, List<String> portNames) throws IOException {
        CallbackSocket monitor = CallbackSocket.bind(directory.resolve("qmp"));
        Listeners listeners = new Listeners(monitor, new ArrayList<>());
        try {
            for (int i = 0; i < portNames.size(); i++) {
                listeners.ports.add(CallbackSocket.bind(directory.resolve("port" + i)));
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

    @Override
    public void close() throws IOException {
        monitor.close();
        for (CallbackSocket port : ports) {
            port.close();
        }
    }
}
