// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.process.Deadline;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;

/**
 * Waits for bytes on any of several ports. It does not see bytes that a port has already received: poll the port first.
 */
public final class PortSelector implements AutoCloseable {
    private final Selector selector;

    private PortSelector(Selector selector) {
        this.selector = selector;
    }

    public static PortSelector of(List<MessagePort> ports) throws IOException {
        PortSelector made = new PortSelector(Selector.open());
        try {
            for (MessagePort port : ports) {
                port.channel().register(made.selector, SelectionKey.OP_READ);
            }
            return made;
        } catch (IOException e) {
            made.close();
            throw e;
        }
    }

    /** Returns whether there is something by the deadline; the end of the machine counts too. */
    public boolean await(Deadline deadline) throws IOException, InterruptedException {
        int ready = selector.select(deadline.remainingMillis());
        selector.selectedKeys().clear();
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return ready > 0 || !deadline.isExpired();
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
