// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.process.Deadline;
import io.crossbuild.qemu.MessagePort;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a stream of the host to the running command, in pieces. */
final class InputFeed implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(InputFeed.class);
    private static final int PIECE = 32 << 10;

    private final InputStream from;
    private final MessagePort to;
    private final Deadline deadline;

    private InputFeed(InputStream from, MessagePort to, Deadline deadline) {
        this.from = from;
        this.to = to;
        this.deadline = deadline;
    }

    /**
     * Starts it in a thread of its own, which ends with the stream, the machine or the deadline. It is never
     * interrupted: that would close the port; and no end of a command can wait for it, since the stream may never end.
     *
     * @param to a port to which no other thread writes meanwhile
     */
    static void start(InputStream from, MessagePort to, Deadline deadline) {
        Thread thread = new Thread(new InputFeed(from, to, deadline), "crossbuild-input");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        byte[] piece = new byte[PIECE];
        try {
            int read = from.read(piece);
            while (read >= 0) {
                if (read > 0) {
                    to.writeLine(Integer.toString(read), deadline);
                    to.write(Arrays.copyOf(piece, read), deadline);
                }
                read = from.read(piece);
            }
            to.writeLine("0", deadline);
        } catch (IOException | InterruptedException e) {
            // The command sees no more input, or has ended.
            LOG.debug("standard input ended", e);
        }
    }
}
