// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.process.Deadline;
import io.crossbuild.qmp.QmpClient;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A port of 127.0.0.1 that leads into a running machine. QMP has no command for it, but the human monitor has. It is a
 * port, not a Unix-domain socket, because the user network of older QEMU versions does not support these.
 */
final class PortForward {
    private PortForward() {}

    /** Opens a port chosen by the host's kernel, so that two machines never use the same. */
    static int add(QmpClient qmp, int guestPort, Deadline deadline) throws IOException, InterruptedException {
        String rule = QemuCommandLine.NETWORK + " tcp:127.0.0.1:0-:" + guestPort;
        String said = qmp.monitor("hostfwd_add " + rule, deadline).strip();
        if (!said.isEmpty()) {
            throw new IOException("QEMU refused 'hostfwd_add " + rule + "': " + said);
        }
        return find(qmp.monitor("info usernet", deadline), guestPort);
    }

    /** In lines such as {@code TCP[HOST_FORWARD]  8  127.0.0.1 40793  10.0.2.15  22  0  0}. */
    static int find(String usernet, int guestPort) throws IOException {
        Matcher matcher = Pattern.compile(
                        "TCP\\[HOST_FORWARD\\]\\s+\\d+\\s+127\\.0\\.0\\.1\\s+(\\d+)\\s+\\S+\\s+" + guestPort + "\\s")
                .matcher(usernet);
        if (!matcher.find()) {
            throw new IOException("QEMU does not tell which port it forwards to the guest");
        }
        return Integer.parseInt(matcher.group(1));
    }
}
