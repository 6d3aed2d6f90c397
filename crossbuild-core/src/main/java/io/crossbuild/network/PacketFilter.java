// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import io.crossbuild.network.Frame.Packet;
import io.crossbuild.spec.AddressRange;
import io.crossbuild.spec.HostRule;
import io.crossbuild.spec.NetworkOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between a guest's network card and the network: a thread that reads what the guest sends, and passes or drops
 * it. When it ends, for whatever reason, nothing passes any more.
 */
public final class PacketFilter {
    private static final Logger LOG = LoggerFactory.getLogger(PacketFilter.class);
    /** So that a guest that tries all addresses does not fill the log. */
    static final int MAX_WARNINGS = 16;

    private final List<SocketChannel> ends;
    private final NetworkPolicy policy;
    private final BuildListener listener;
    private final FrameOutput passed;
    private final FrameOutput toGuest;
    private final Set<Integer> told = new HashSet<>();

    PacketFilter(List<SocketChannel> ends, NetworkPolicy policy, BuildListener listener) {
        this.ends = ends;
        this.policy = policy;
        this.listener = listener;
        this.passed = new FrameOutput(ends.get(1));
        this.toGuest = new FrameOutput(ends.get(2));
    }

    /** Whether the filter must also see what the guest receives. */
    public static boolean learns(NetworkOptions options) {
        return NetworkPolicy.learns(options);
    }

    /**
     * Filters until the machine ends or the ends are closed.
     *
     * @param ends frames from the guest, frames for the network, frames for the guest; then, if the filter
     *     {@linkplain #learns learns}, frames from the network
     * @param always what the guest may reach unless it has no network at all
     * @param listener is called from another thread
     */
    public static void start(
            List<SocketChannel> ends, NetworkOptions options, List<HostRule> always, BuildListener listener) {
        NetworkPolicy policy = new NetworkPolicy(options, always, HostNetwork.ofHost());
        Thread thread = new Thread(new PacketFilter(ends, policy, listener)::run, "crossbuild-network");
        thread.setDaemon(true);
        thread.start();
    }

    void run() {
        try (Selector selector = Selector.open()) {
            filter(selector);
        } catch (IOException e) {
            LOG.debug("the network of the guest has ended", e);
        } catch (RuntimeException e) {
            LOG.error("the network of the guest has failed", e);
        } finally {
            ends.forEach(PacketFilter::close);
        }
    }

    private void filter(Selector selector) throws IOException {
        for (SocketChannel end : ends) {
            end.configureBlocking(false);
        }
        FrameInput sent = new FrameInput(ends.get(0));
        ends.get(0).register(selector, SelectionKey.OP_READ);
        FrameInput received = null;
        if (ends.size() > 3) {
            received = new FrameInput(ends.get(3));
            ends.get(3).register(selector, SelectionKey.OP_READ);
        }
        SelectionKey passing = ends.get(1).register(selector, 0);
        SelectionKey answering = ends.get(2).register(selector, 0);
        boolean open = true;
        while (open && ends.stream().allMatch(SocketChannel::isOpen)) {
            selector.select();
            selector.selectedKeys().clear();
            open = sent.read(this::judge);
            // Before an answer reaches the guest, its addresses are known.
            if (received != null) {
                open &= received.read(this::receive);
            }
            passing.interestOps(passed.flush() ? SelectionKey.OP_WRITE : 0);
            answering.interestOps(toGuest.flush() ? SelectionKey.OP_WRITE : 0);
        }
    }

    private void judge(ByteBuffer bytes, int start, int length) {
        Frame frame = FrameReader.read(bytes, start, length);
        Verdict verdict = policy.judge(frame);
        if (verdict.passes()) {
            passed.add(bytes, start, length);
        } else if (frame instanceof Packet packet && verdict.answered()) {
            ByteBuffer refusal = Refusal.of(bytes, start);
            toGuest.add(refusal, 0, refusal.remaining());
            verdict.place().ifPresent(place -> tell(packet, place));
        }
        if (!verdict.passes()) {
            LOG.trace("not passed: {}", frame);
        }
    }

    private void receive(ByteBuffer bytes, int start, int length) {
        policy.dnsAnswer(FrameReader.read(bytes, start, length))
                .flatMap(packet -> DnsAnswer.read(bytes, packet.payload(), packet.payloadLength()))
                .ifPresent(policy::learn);
        toGuest.add(bytes, start, length);
    }

    private void tell(Packet packet, Warning.ConnectionBlocked.Place place) {
        if (told.size() < MAX_WARNINGS && told.add(packet.destination())) {
            int port = packet.destinationPort();
            String address = AddressRange.text(packet.destination());
            try {
                listener.onEvent(new Warning.ConnectionBlocked(address, port, place));
            } catch (RuntimeException e) {
                LOG.warn("cannot tell that a connection to {} is blocked", address, e);
            }
        }
    }

    private static void close(SocketChannel end) {
        try {
            end.close();
        } catch (IOException e) {
            // It is closed nevertheless.
        }
    }
}
