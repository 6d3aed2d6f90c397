// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

/** What a frame of the guest's network is. */
sealed interface Frame {

    /** A request or an answer of the Address Resolution Protocol (RFC 826) for Ethernet and IPv4. */
    record Arp(long hardware, int sender, int target) implements Frame {}

    /**
     * An IPv4 packet without options that is no fragment.
     *
     * @param hardware the sender's hardware address
     * @param sourcePort 0 for {@link Protocol#PING}
     * @param destinationPort 0 for {@link Protocol#PING}
     * @param opens whether it opens a TCP connection
     * @param payload where the content after the UDP header begins, in the array; 0 otherwise
     * @param payloadLength in bytes
     */
    record Packet(
            long hardware,
            Protocol protocol,
            int source,
            int destination,
            int sourcePort,
            int destinationPort,
            boolean opens,
            int payload,
            int payloadLength)
            implements Frame {}

    /** Something else, which is dropped. */
    record Odd(String reason) implements Frame {}

    /** What a {@link Packet} has inside. */
    enum Protocol {
        TCP,
        UDP,
        /** An echo request of ICMP. */
        PING
    }
}
