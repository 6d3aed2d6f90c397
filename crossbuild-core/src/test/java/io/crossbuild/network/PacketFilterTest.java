// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.Warning;
import io.crossbuild.event.Warning.ConnectionBlocked.Place;
import io.crossbuild.spec.HostRule;
import io.crossbuild.spec.NetworkMode;
import io.crossbuild.spec.NetworkOptions;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With real sockets; the test is QEMU. */
@Timeout(20)
class PacketFilterTest {
    private static final String PUBLIC = "192.0.2.1";

    private final List<BuildEvent> events = new CopyOnWriteArrayList<>();
    private final List<SocketChannel> ofQemu = new ArrayList<>();
    private final List<SocketChannel> ends = new ArrayList<>();

    @BeforeEach
    void connect() throws Exception {
        Path directory = Files.createTempDirectory("cbs");
        for (int i = 0; i < 4; i++) {
            UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("frames" + i));
            try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(address);
                ofQemu.add(SocketChannel.open(address));
                ends.add(server.accept());
            }
            Files.delete(address.getPath());
        }
        Files.delete(directory);
    }

    @AfterEach
    void disconnect() throws Exception {
        for (SocketChannel channel : ofQemu) {
            channel.close();
        }
        for (SocketChannel channel : ends) {
            channel.close();
        }
    }

    private void start(NetworkOptions options, int count) {
        PacketFilter.start(ends.subList(0, count), options, List.of(), events::add);
    }

    private void send(int end, byte[]... frames) throws Exception {
        DataOutputStream out = new DataOutputStream(Channels.newOutputStream(ofQemu.get(end)));
        for (byte[] frame : frames) {
            out.writeInt(frame.length);
            out.write(frame);
        }
    }

    private byte[] receive(int end) throws Exception {
        DataInputStream in = new DataInputStream(Channels.newInputStream(ofQemu.get(end)));
        return in.readNBytes(in.readInt());
    }

    @Test
    void framesPassOrTheGuestIsTold() throws Exception {
        start(NetworkOptions.DEFAULTS, 3);
        byte[] blocked = Frames.syn("10.0.2.2", 7099);
        send(0, blocked, blocked, new byte[60], Frames.syn(PUBLIC, 443));

        assertThat(receive(1)).isEqualTo(Frames.syn(PUBLIC, 443));
        ByteBuffer refusal = ByteBuffer.wrap(receive(2));
        assertThat(refusal.getInt(26)).isEqualTo(Frames.address("10.0.2.2"));
        assertThat(refusal.getInt(30)).isEqualTo(Frames.address(Frames.GUEST));
        assertThat(refusal.getShort(34)).isEqualTo((short) 0x030D);
        assertThat(refusal.slice(42, 28)).isEqualTo(ByteBuffer.wrap(blocked).slice(14, 28));
        assertThat(sum(refusal, 14, 20)).isEqualTo(0xFFFF);
        assertThat(sum(refusal, 34, 36)).isEqualTo(0xFFFF);
        assertThat(events).containsExactly(new Warning.ConnectionBlocked("10.0.2.2", 7099, Place.LOOPBACK));
    }

    private static int sum(ByteBuffer bytes, int start, int length) {
        int sum = 0;
        for (int i = 0; i < length; i += 2) {
            sum += bytes.getShort(start + i) & 0xFFFF;
        }
        return (sum & 0xFFFF) + (sum >>> 16);
    }

    @Test
    void anAnswerOfTheNameServerOpensAnAddressBeforeTheGuestHasIt() throws Exception {
        HostRule rule = HostRule.parse("a.corp").orElseThrow();
        start(NetworkOptions.DEFAULTS.withMode(NetworkMode.INTERNET).withAllowHosts(List.of(rule)), 4);
        byte[] message = Frames.dns("a.corp", List.of(), "192.168.1.6");
        byte[] answer = Frames.udp("10.0.2.3", 53, Frames.GUEST, 5000, message);
        send(3, answer);
        assertThat(receive(2)).isEqualTo(answer);
        send(0, Frames.syn("192.168.1.6", 80));
        assertThat(receive(1)).isEqualTo(Frames.syn("192.168.1.6", 80));
    }

    /** The guest sends to the server from the port from which it then asks the name server; the server knows why. */
    @Test
    void anAnswerThatAnotherServerCouldHaveSentOpensNothing() throws Exception {
        HostRule rule = HostRule.parse("a.corp").orElseThrow();
        start(NetworkOptions.DEFAULTS.withMode(NetworkMode.INTERNET).withAllowHosts(List.of(rule)), 4);
        byte[] accomplice = Frames.udp(Frames.GUEST, 5000, PUBLIC, 53, new byte[12]);
        byte[] query = Frames.udp(Frames.GUEST, 5000, "10.0.2.3", 53, new byte[12]);
        send(0, accomplice, query);
        assertThat(receive(1)).isEqualTo(accomplice);
        assertThat(receive(1)).isEqualTo(query);
        byte[] message = Frames.dns("a.corp", List.of(), "192.168.1.6");
        byte[] forged = Frames.udp("10.0.2.3", 53, Frames.GUEST, 5000, message);
        send(3, forged);
        assertThat(receive(2)).isEqualTo(forged);
        send(0, Frames.syn("192.168.1.6", 80), Frames.syn(PUBLIC, 443));
        assertThat(receive(1)).isEqualTo(Frames.syn(PUBLIC, 443));
    }

    @Test
    void aListenerThatFailsDoesNotEndTheNetwork() throws Exception {
        PacketFilter.start(ends.subList(0, 3), NetworkOptions.DEFAULTS, List.of(), event -> {
            throw new IllegalStateException("no console");
        });
        send(0, Frames.syn("10.0.2.2", 7099), Frames.syn(PUBLIC, 443));
        assertThat(receive(1)).isEqualTo(Frames.syn(PUBLIC, 443));
    }

    @Test
    void aGuestThatTriesAllAddressesDoesNotFillTheLog() throws Exception {
        start(NetworkOptions.DEFAULTS, 3);
        for (int i = 0; i < 100; i++) {
            send(0, Frames.syn("169.254.0." + i, 80));
            receive(2);
        }
        assertThat(events).hasSize(PacketFilter.MAX_WARNINGS);
    }

    @Test
    void framesForWhichQemuHasNoTimeAreLostWithoutWaiting() throws Exception {
        start(NetworkOptions.DEFAULTS, 3);
        byte[] large = Frames.udp(Frames.GUEST, 5000, PUBLIC, 443, new byte[1400]);
        for (int i = 0; i < 4000; i++) {
            send(0, large);
        }
        assertThat(receive(1)).isEqualTo(large);
    }

    @Test
    void anImpossibleLengthEndsTheNetwork() throws Exception {
        start(NetworkOptions.DEFAULTS, 3);
        ofQemu.get(0).write(ByteBuffer.wrap(new byte[] {-1, -1, -1, -1}));
        assertThat(ofQemu.get(1).read(ByteBuffer.allocate(1))).isNegative();
    }

    @Test
    void theEndOfTheMachineEndsIt() throws Exception {
        start(NetworkOptions.DEFAULTS, 3);
        ofQemu.get(0).close();
        assertThat(ofQemu.get(1).read(ByteBuffer.allocate(1))).isNegative();
        assertThat(ofQemu.get(2).read(ByteBuffer.allocate(1))).isNegative();
    }
}
