// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import java.nio.ByteBuffer;

/**
 * The gateway's answer to a packet that does not pass: "communication administratively prohibited" (RFC 1812, 5.2.7.1).
 * A program's attempt to connect then fails within a second or two, instead of after minutes.
 */
final class Refusal {
    private static final int IPV4_HEADER = 20;
    private static final int ICMP_HEADER = 8;
    /** Of the packet: its header and the first bytes of its content, among them the ports. */
    private static final int QUOTED = IPV4_HEADER + 8;

    private static final int TTL = 64;
    private static final int ICMP = 1;
    private static final short UNREACHABLE_PROHIBITED = 0x030D;

    private Refusal() {}

    /** The frame for the guest, about a packet in a frame in a buffer. */
    static ByteBuffer of(ByteBuffer bytes, int start) {
        int total = IPV4_HEADER + ICMP_HEADER + QUOTED;
        ByteBuffer frame = ByteBuffer.allocate(FrameReader.ETHERNET + total);
        hardware(frame, UserNetwork.GUEST_HARDWARE);
        hardware(frame, UserNetwork.GATEWAY_HARDWARE);
        frame.putShort((short) 0x0800);
        int ip = frame.position();
        frame.putShort((short) 0x4500).putShort((short) total).putInt(0);
        frame.put((byte) TTL).put((byte) ICMP).putShort((short) 0);
        frame.putInt(UserNetwork.GATEWAY).putInt(UserNetwork.GUEST);
        frame.putShort(ip + 10, checksum(frame, ip, IPV4_HEADER));
        int icmp = frame.position();
        frame.putShort(UNREACHABLE_PROHIBITED).putShort((short) 0).putInt(0);
        frame.put(bytes.slice(start + FrameReader.ETHERNET, QUOTED));
        frame.putShort(icmp + 2, checksum(frame, icmp, ICMP_HEADER + QUOTED));
        return frame.flip();
    }

    private static void hardware(ByteBuffer frame, long address) {
        frame.putShort((short) (address >>> 32)).putInt((int) address);
    }

    /** RFC 1071. */
    private static short checksum(ByteBuffer bytes, int start, int length) {
        int sum = 0;
        for (int i = 0; i < length; i += 2) {
            sum += bytes.getShort(start + i) & 0xFFFF;
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        return (short) ~(sum + (sum >>> 16));
    }
}
