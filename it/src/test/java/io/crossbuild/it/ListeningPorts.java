// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The TCP ports on which processes listen, according to Linux's {@code /proc} (proc(5)). */
final class ListeningPorts {
    private static final String LISTEN = "0A";

    private ListeningPorts() {}

    /** Addresses such as {@code 0100007F:9D1B}: 127.0.0.1 in the host's byte order, and a port, both hexadecimal. */
    static List<String> of(List<ProcessHandle> processes) throws IOException {
        Set<String> sockets = new HashSet<>();
        for (ProcessHandle process : processes) {
            sockets.addAll(sockets(process));
        }
        List<String> found = new ArrayList<>();
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            if (Files.exists(Path.of(table))) {
                for (String line : Files.readAllLines(Path.of(table))) {
                    String[] fields = line.strip().split("\\s+");
                    if (fields[3].equals(LISTEN) && sockets.contains("socket:[" + fields[9] + "]")) {
                        found.add(fields[1]);
                    }
                }
            }
        }
        return found;
    }

    private static Set<String> sockets(ProcessHandle process) throws IOException {
        Set<String> sockets = new HashSet<>();
        Path open = Path.of("/proc", Long.toString(process.pid()), "fd");
        try (DirectoryStream<Path> files = Files.newDirectoryStream(open)) {
            for (Path file : files) {
                try {
                    sockets.add(Files.readSymbolicLink(file).toString());
                } catch (IOException e) {
                    // It has been closed in the meantime.
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return sockets;
    }
}
