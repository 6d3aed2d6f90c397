// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import io.crossbuild.spec.AddressRange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Frames for tests, byte by byte. */
public final class Frames {
    static final String GUEST = "10.0.2.15";
    static final int SYN = 0x02;
    static final int ACK = 0x10;
    private static final int ETHERNET = 14;
    private static final int IPV4 = 20;

    private Frames() {}

    static int address(String text) {
        return AddressRange.of(text).first();
    }

    /** The first segment of a connection. */
    public static byte[] syn(String to, int port) {
        return tcp(GUEST, 40000, to, port, SYN);
    }

    static byte[] tcp(String from, int fromPort, String to, int toPort, int flags) {
        ByteBuffer content = ByteBuffer.allocate(20);
        content.putShort((short) fromPort).putShort((short) toPort).putInt(1).putInt(0);
        content.put((byte) 0x50).put((byte) flags);
        return ipv4(6, from, to, content.array());
    }

    static byte[] udp(String from, int fromPort, String to, int toPort, byte[] payload) {
        ByteBuffer content = ByteBuffer.allocate(8 + payload.length);
        content.putShort((short) fromPort).putShort((short) toPort).putShort((short) content.capacity());
        content.putShort((short) 0).put(payload);
        return ipv4(17, from, to, content.array());
    }

    static byte[] ping(String to) {
        return ipv4(1, GUEST, to, new byte[] {8, 0, 0, 0, 0, 1, 0, 1});
    }

    static byte[] ipv4(int protocol, String from, String to, byte[] content) {
        ByteBuffer frame = ByteBuffer.allocate(ETHERNET + IPV4 + content.length);
        ethernet(frame, 0x0800);
        frame.put((byte) 0x45).put((byte) 0).putShort((short) (IPV4 + content.length));
        frame.putShort((short) 7)
                .putShort((short) 0x4000)
                .put((byte) 64)
                .put((byte) protocol)
                .putShort((short) 0);
        frame.putInt(address(from)).putInt(address(to)).put(content);
        return frame.array();
    }

    static byte[] arp(int operation, String sender, String target) {
        ByteBuffer frame = ByteBuffer.allocate(ETHERNET + 28);
        ethernet(frame, 0x0806);
        frame.putShort((short) 1)
                .putShort((short) 0x0800)
                .put((byte) 6)
                .put((byte) 4)
                .putShort((short) operation);
        hardware(frame, UserNetwork.GUEST_HARDWARE);
        frame.putInt(address(sender));
        hardware(frame, 0);
        frame.putInt(address(target));
        return frame.array();
    }

    private static void ethernet(ByteBuffer frame, int type) {
        hardware(frame, UserNetwork.GATEWAY_HARDWARE);
        hardware(frame, UserNetwork.GUEST_HARDWARE);
        frame.putShort((short) type);
    }

    private static void hardware(ByteBuffer frame, long address) {
        frame.putShort((short) (address >>> 32)).putInt((int) address);
    }

    /** The frame with one byte changed. */
    static byte[] with(byte[] frame, int at, int value) {
        byte[] changed = frame.clone();
        changed[at] = (byte) value;
        return changed;
    }

    static byte[] cut(byte[] frame, int length) {
        return Arrays.copyOf(frame, length);
    }

    static Frame read(byte[] frame) {
        return FrameReader.read(ByteBuffer.wrap(frame), 0, frame.length);
    }

    /** The answer to a query for addresses, with the name as an alias of others if there are any. */
    static byte[] dns(String name, List<String> aliases, String... addresses) {
        ByteBuffer message = ByteBuffer.allocate(1024);
        message.putShort((short) 7).putShort((short) 0x8180).putShort((short) 1);
        message.putShort((short) (aliases.size() + addresses.length)).putInt(0);
        name(message, name);
        message.putShort((short) 1).putShort((short) 1);
        String owner = name;
        for (String alias : aliases) {
            int at = record(message, owner, 5);
            name(message, alias);
            message.putShort(at, (short) (message.position() - at - 2));
            owner = alias;
        }
        for (String address : addresses) {
            int at = record(message, owner, 1);
            message.putInt(address(address));
            message.putShort(at, (short) 4);
        }
        return Arrays.copyOf(message.array(), message.position());
    }

    private static int record(ByteBuffer message, String owner, int type) {
        name(message, owner);
        message.putShort((short) type).putShort((short) 1).putInt(60).putShort((short) 0);
        return message.position() - 2;
    }

    private static void name(ByteBuffer message, String name) {
        for (String label : name.split("\\.")) {
            message.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
        }
        message.put((byte) 0);
    }
}
