// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

/**
 * Which frames of a machine's network card pass through this JVM. The ends of their sockets, in this order: frames that
 * the guest sent; those of them that reach the network; frames that reach the guest in addition, or, with
 * {@link #BOTH}, at all; frames that the network sends to the guest.
 */
public enum FrameFilter {
    /** None: the network receives what the guest sends. */
    NONE(0),
    /** Those that the guest sends. */
    SENT(3),
    /** Those that the guest sends and those that it receives. */
    BOTH(4);

    private final int sockets;

    FrameFilter(int sockets) {
        this.sockets = sockets;
    }

    int sockets() {
        return sockets;
    }
}
