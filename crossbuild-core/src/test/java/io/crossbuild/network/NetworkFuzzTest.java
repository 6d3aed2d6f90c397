// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import io.crossbuild.network.Frame.Packet;
import io.crossbuild.spec.AddressRange;
import io.crossbuild.spec.HostRule;
import io.crossbuild.spec.NetworkMode;
import io.crossbuild.spec.NetworkOptions;
import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Frames of a hostile guest, and answers of a hostile name server. */
class NetworkFuzzTest {
    private static final String OWN = "198.51.100.5";
    /** A host with one address that knows no name. */
    private static final HostNetwork HOST = new HostNetwork() {
        @Override
        public boolean isOwn(int address) {
            return address == Frames.address(OWN);
        }

        @Override
        public List<Integer> addresses(String name) {
            return List.of();
        }
    };
    private static final List<AddressRange> CLOSED = Stream.of(
                    OWN,
                    "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3")
            .map(AddressRange::of)
            .toList();
    private static final int DESTINATION = 30;

    static Stream<byte[]> frames() {
        return Stream.of(
                Frames.syn("192.0.2.1", 80),
                Frames.syn("10.0.2.2", 80),
                Frames.tcp(Frames.GUEST, 22, "10.0.2.2", 1000, Frames.ACK),
                Frames.udp(Frames.GUEST, 1000, "10.0.2.3", 53, new byte[] {1, 2, 3}),
                Frames.ping("192.0.2.1"),
                Frames.arp(1, Frames.GUEST, "10.0.2.2"));
    }

    @MethodSource("frames")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aFrame(byte[] bytes) {
        NetworkPolicy policy = policy();
        Fuzzing.check(bytes, () -> {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            Frame frame = FrameReader.read(buffer, 0, bytes.length);
            Verdict verdict = policy.judge(frame);
            if (frame instanceof Packet packet) {
                // As QEMU's network reads it, without any of the checks.
                assertThat(packet.destination()).isEqualTo(buffer.getInt(DESTINATION));
                if (verdict.passes() && !isDns(packet) && !isOfShell(packet)) {
                    assertThat(CLOSED).noneMatch(range -> range.contains(packet.destination()));
                }
                assertThat(Refusal.of(buffer, 0).remaining()).isEqualTo(70);
            } else if (verdict.passes()) {
                assertThat(frame).isInstanceOf(Frame.Arp.class);
            }
        });
    }

    private static boolean isDns(Packet packet) {
        return packet.destination() == UserNetwork.NAME_SERVER && packet.destinationPort() == 53;
    }

    private static boolean isOfShell(Packet packet) {
        return packet.destination() == UserNetwork.GATEWAY && packet.sourcePort() == 22 && !packet.opens();
    }

    static Stream<byte[]> streams() {
        byte[] frame = Frames.ping("192.0.2.1");
        byte[] two = ByteBuffer.allocate(2 * (4 + frame.length) + 3)
                .putInt(frame.length)
                .put(frame)
                .putInt(frame.length)
                .put(frame)
                .array();
        return Stream.of(two, new byte[] {0, 0, 0, 0, 0, 0, 0, 1, 7}, new byte[] {-1, -1, -1, -1, 0});
    }

    @MethodSource("streams")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aStreamOfFrames(byte[] bytes) {
        Fuzzing.check(bytes, () -> {
            FrameInput input = new FrameInput(Channels.newChannel(new ByteArrayInputStream(bytes)));
            int[] next = {0};
            boolean more = true;
            while (more) {
                more = input.read((buffer, start, length) -> {
                    ByteBuffer own = ByteBuffer.wrap(bytes);
                    assertThat(own.getInt(next[0])).isEqualTo(length);
                    assertThat(buffer.slice(start, length)).isEqualTo(own.slice(next[0] + Integer.BYTES, length));
                    next[0] += Integer.BYTES + length;
                    FrameReader.read(buffer, start, length);
                });
            }
        });
    }

    static Stream<byte[]> answers() {
        return Stream.of(
                Frames.dns("a.example", List.of(), "192.0.2.1", "10.0.2.2"),
                Frames.dns("a.example", List.of("b.example", "c.cdn.example"), "127.0.0.1"));
    }

    @MethodSource("answers")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void anAnswerOfANameServer(byte[] bytes) {
        NetworkPolicy policy = policy();
        Fuzzing.check(bytes, () -> {
            byte[] frame = Frames.udp("10.0.2.3", 53, Frames.GUEST, 1000, bytes);
            Frame read = FrameReader.read(ByteBuffer.wrap(frame), 0, frame.length);
            NetworkPolicy.dnsAnswer(read)
                    .flatMap(packet ->
                            DnsAnswer.read(ByteBuffer.wrap(frame), packet.payload(), packet.payloadLength()))
                    .ifPresent(answer -> {
                        assertThat(answer.name()).matches("[!-~]*");
                        policy.learn(answer);
                    });
            for (String closed : List.of("10.0.2.2", "127.0.0.1", "169.254.169.254")) {
                assertThat(policy.judge(Frames.read(Frames.syn(closed, 80))).passes())
                        .isFalse();
            }
        });
    }

    private static NetworkPolicy policy() {
        NetworkOptions options = new NetworkOptions(
                NetworkMode.INTERNET, List.of(HostRule.parse("a.example").orElseThrow()), List.of());
        return new NetworkPolicy(options, List.of(), HOST);
    }
}
