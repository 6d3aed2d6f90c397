// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.network.Frame.Odd;
import io.crossbuild.network.Frame.Packet;
import io.crossbuild.network.Frame.Protocol;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameReaderTest {
    private static final byte[] SYN = Frames.syn("192.0.2.1", 443);
    private static final byte[] DATAGRAM = Frames.udp(Frames.GUEST, 5000, "192.0.2.1", 53, new byte[30]);

    @Test
    void packetsHaveTheirAddressesAndPorts() {
        assertThat(Frames.read(SYN))
                .isEqualTo(new Packet(
                        UserNetwork.GUEST_HARDWARE,
                        Protocol.TCP,
                        UserNetwork.GUEST,
                        Frames.address("192.0.2.1"),
                        40000,
                        443,
                        true,
                        0,
                        0));
        assertThat(Frames.read(DATAGRAM))
                .isEqualTo(new Packet(
                        UserNetwork.GUEST_HARDWARE,
                        Protocol.UDP,
                        UserNetwork.GUEST,
                        Frames.address("192.0.2.1"),
                        5000,
                        53,
                        false,
                        42,
                        30));
        assertThat(Frames.read(Frames.ping("192.0.2.1")))
                .matches(frame -> frame instanceof Packet packet && packet.protocol() == Protocol.PING);
        assertThat(Frames.read(Frames.arp(1, Frames.GUEST, "10.0.2.2")))
                .isEqualTo(new Frame.Arp(UserNetwork.GUEST_HARDWARE, UserNetwork.GUEST, UserNetwork.GATEWAY));
    }

    @Test
    void onlyTheFirstSegmentOpensAConnection() {
        assertThat(Frames.read(Frames.tcp(Frames.GUEST, 1, "192.0.2.1", 2, Frames.SYN | Frames.ACK)))
                .matches(frame -> frame instanceof Packet packet && !packet.opens());
        assertThat(Frames.read(Frames.tcp(Frames.GUEST, 1, "192.0.2.1", 2, 0))).isInstanceOf(Odd.class);
        assertThat(Frames.read(Frames.tcp(Frames.GUEST, 1, "192.0.2.1", 2, Frames.SYN | 1)))
                .isInstanceOf(Odd.class);
    }

    @Test
    void aFrameIsReadWhereverItIsInTheBuffer() {
        ByteBuffer bytes = ByteBuffer.allocate(300).position(111).put(DATAGRAM);
        assertThat(FrameReader.read(bytes, 111, DATAGRAM.length))
                .matches(frame -> frame instanceof Packet packet && packet.payload() == 111 + 42);
    }

    @Test
    void shortPacketsMayBePadded() {
        assertThat(Frames.read(Arrays.copyOf(SYN, 60))).isInstanceOf(Packet.class);
        assertOdd(Arrays.copyOf(SYN, 61), "length of its IPv4 packet");
        assertOdd(Arrays.copyOf(DATAGRAM, DATAGRAM.length + 1), "length of its IPv4 packet");
    }

    @Test
    void fragmentsAreOdd() {
        assertOdd(Frames.with(SYN, 20, 0x20), "a fragment");
        assertOdd(Frames.with(SYN, 21, 1), "a fragment");
        assertOdd(Frames.with(SYN, 20, 0x1F), "a fragment");
        assertOdd(Frames.with(SYN, 20, 0x80), "a fragment");
    }

    @Test
    void optionsAndSourceRoutesAreOdd() {
        byte[] options = Arrays.copyOf(SYN, SYN.length + 4);
        options[14] = 0x46;
        options[17] = (byte) (options[17] + 4);
        assertOdd(options, "options");
        assertOdd(Frames.with(SYN, 14, 0x44), "options");
        assertOdd(Frames.with(SYN, 14, 0x65), "options");
    }

    @Test
    void otherKindsOfFramesAreOdd() {
        // VLANs of both kinds, IPv6, NC-SI, a length of 802.3.
        for (int type : new int[] {0x8100, 0x88A8, 0x86DD, 0x88F8, 0x0026}) {
            assertOdd(Frames.with(Frames.with(SYN, 12, type >> 8), 13, type), "type");
        }
        assertOdd(Frames.with(SYN, 6, 0x53), "a group");
        assertOdd(Frames.with(SYN, 0, 0xFF), "a group");
        assertOdd(Frames.with(SYN, 23, 47), "protocol");
        assertOdd(Frames.with(Frames.ping("192.0.2.1"), 34, 5), "ICMP");
    }

    @Test
    void lengthsThatLieAreOdd() {
        assertOdd(Frames.with(SYN, 17, 41), "length of its IPv4 packet");
        assertOdd(Frames.with(SYN, 17, 39), "cut off");
        assertOdd(Frames.with(SYN, 17, 19), "length of its IPv4 packet");
        assertOdd(Frames.with(SYN, 46, 0x40), "length of its TCP header");
        assertOdd(Frames.with(SYN, 46, 0x60), "length of its TCP header");
        assertOdd(Frames.with(DATAGRAM, 39, 37), "length of its UDP datagram");
        assertOdd(Frames.with(DATAGRAM, 39, 39), "length of its UDP datagram");
        assertOdd(new byte[FrameReader.MAX_FRAME + 1], "its length");
    }

    @Test
    void framesThatAreCutOffAreOdd() {
        for (byte[] whole :
                new byte[][] {SYN, DATAGRAM, Frames.ping("192.0.2.1"), Frames.arp(1, "10.0.2.15", "10.0.2.2")}) {
            for (int length = 0; length < whole.length; length++) {
                assertThat(Frames.read(Frames.cut(whole, length))).isInstanceOf(Odd.class);
            }
        }
    }

    @Test
    void arpForSomethingElseIsOdd() {
        byte[] arp = Frames.arp(1, Frames.GUEST, "10.0.2.2");
        for (int at = 14; at < 22; at++) {
            assertThat(Frames.read(Frames.with(arp, at, 9))).isInstanceOf(Odd.class);
        }
        assertOdd(Frames.with(arp, 27, 0x57), "a different sender");
    }

    /** Whatever passes has no other reading: what was changed is in none of the fields that decide. */
    @Test
    void noChangeOfOneByteBreaksIt() {
        Random random = new Random(11);
        for (int i = 0; i < 100_000; i++) {
            byte[] frame = (i % 2 == 0 ? SYN : DATAGRAM).clone();
            for (int changes = random.nextInt(4); changes >= 0; changes--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt();
            }
            byte[] cut = Arrays.copyOf(frame, random.nextInt(frame.length + 20));
            if (Frames.read(cut) instanceof Packet packet) {
                assertThat(cut[14]).isEqualTo((byte) 0x45);
                assertThat(cut[20] & 0xBF).isZero();
                assertThat(packet.destination()).isEqualTo(ByteBuffer.wrap(cut).getInt(30));
                assertThat(packet.payload() + packet.payloadLength()).isLessThanOrEqualTo(cut.length);
            }
        }
    }

    private static void assertOdd(byte[] frame, String reason) {
        assertThat(Frames.read(frame))
                .isInstanceOfSatisfying(
                        Odd.class, odd -> assertThat(odd.reason()).contains(reason));
    }
}
