// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import io.crossbuild.network.Frame.Packet;
import io.crossbuild.network.Frame.Protocol;
import java.nio.ByteBuffer;

/**
 * Reads an Ethernet frame. It accepts only what the user network reads in the same way: no tags, no IPv6, no fragments,
 * no options of IPv4, and no length that differs from what is there. So no frame passes because it is odd.
 */
final class FrameReader {
    static final int ETHERNET = 14;
    /** With the header. The guest's card joins no segments, since the user network does not offer it. */
    static final int MAX_FRAME = ETHERNET + 1500;

    private static final int MIN_FRAME = 60;
    private static final int IPV4_HEADER = 20;
    private static final int UDP_HEADER = 8;
    private static final int TCP_HEADER = 20;
    private static final int ICMP_HEADER = 8;
    private static final int ARP_LENGTH = 28;

    private static final int TYPE_IPV4 = 0x0800;
    private static final int TYPE_ARP = 0x0806;
    private static final int ICMP = 1;
    private static final int TCP = 6;
    private static final int UDP = 17;

    private static final int FIN = 0x01;
    private static final int SYN = 0x02;
    private static final int RST = 0x04;
    private static final int ACK = 0x10;
    private static final int MORE_FRAGMENTS_OR_OFFSET = 0x3FFF;
    private static final int RESERVED_FRAGMENT_BIT = 0x8000;

    private final ByteBuffer bytes;
    private final int start;
    private final int length;

    private FrameReader(ByteBuffer bytes, int start, int length) {
        this.bytes = bytes;
        this.start = start;
        this.length = length;
    }

    /** The frame in a part of a buffer in network order; the buffer's position does not matter. */
    static Frame read(ByteBuffer bytes, int start, int length) {
        return new FrameReader(bytes, start, length).frame();
    }

    private Frame frame() {
        if (length < ETHERNET || length > MAX_FRAME) {
            return odd("its length");
        }
        if ((u8(6) & 1) != 0) {
            return odd("a sender that is a group");
        }
        return switch (u16(12)) {
            case TYPE_IPV4 -> ipv4();
            case TYPE_ARP -> arp();
            // IPv6, tags of VLANs (802.1Q, 802.1ad), and lengths of 802.3.
            default -> odd("its type");
        };
    }

    private Frame arp() {
        boolean known = length >= ETHERNET + ARP_LENGTH
                && length <= MIN_FRAME
                && u16(14) == 1
                && u16(16) == TYPE_IPV4
                && u8(18) == 6
                && u8(19) == 4
                && (u16(20) == 1 || u16(20) == 2);
        if (!known) {
            return odd("ARP for something else than Ethernet and IPv4");
        }
        if (hardware(22) != hardware(6)) {
            return odd("ARP for a different sender");
        }
        return new Frame.Arp(hardware(6), i32(28), i32(38));
    }

    private Frame ipv4() {
        if (length < ETHERNET + IPV4_HEADER || u8(ETHERNET) != 0x45) {
            return odd("an IPv4 header that is cut off or has options");
        }
        int total = u16(16);
        int padded = Math.max(MIN_FRAME, ETHERNET + total);
        if (total < IPV4_HEADER || ETHERNET + total > length || length > padded) {
            return odd("the length of its IPv4 packet");
        }
        if ((u16(20) & (MORE_FRAGMENTS_OR_OFFSET | RESERVED_FRAGMENT_BIT)) != 0) {
            return odd("a fragment");
        }
        if ((u8(0) & 1) != 0) {
            return odd("an IPv4 packet for a group");
        }
        int content = total - IPV4_HEADER;
        return switch (u8(23)) {
            case TCP -> tcp(content);
            case UDP -> udp(content);
            case ICMP -> icmp(content);
            default -> odd("its protocol");
        };
    }

    private Frame tcp(int content) {
        if (content < TCP_HEADER) {
            return odd("a TCP header that is cut off");
        }
        int header = (u8(46) >> 4) * 4;
        if (header < TCP_HEADER || header > content) {
            return odd("the length of its TCP header");
        }
        int flags = u8(47);
        boolean opens = (flags & (SYN | ACK)) == SYN;
        if (opens ? (flags & (FIN | RST)) != 0 : (flags & (ACK | RST)) == 0) {
            return odd("its TCP flags");
        }
        return packet(Protocol.TCP, opens, 0, 0);
    }

    private Frame udp(int content) {
        if (content < UDP_HEADER || u16(38) != content) {
            return odd("the length of its UDP datagram");
        }
        return packet(Protocol.UDP, false, start + 34 + UDP_HEADER, content - UDP_HEADER);
    }

    private Frame icmp(int content) {
        boolean ping = content >= ICMP_HEADER && u8(34) == 8 && u8(35) == 0;
        return ping ? packet(Protocol.PING, false, 0, 0) : odd("ICMP that is no echo request");
    }

    private Frame packet(Protocol protocol, boolean opens, int payload, int payloadLength) {
        boolean ports = protocol != Protocol.PING;
        return new Packet(
                hardware(6),
                protocol,
                i32(26),
                i32(30),
                ports ? u16(34) : 0,
                ports ? u16(36) : 0,
                opens,
                payload,
                payloadLength);
    }

    private static Frame odd(String reason) {
        return new Frame.Odd(reason);
    }

    private int u8(int at) {
        return bytes.get(start + at) & 0xFF;
    }

    private int u16(int at) {
        return bytes.getShort(start + at) & 0xFFFF;
    }

    private int i32(int at) {
        return bytes.getInt(start + at);
    }

    private long hardware(int at) {
        return ((long) u16(at) << 32) | (i32(at + 2) & 0xFFFFFFFFL);
    }
}
