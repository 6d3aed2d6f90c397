// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the filter asks the host. For one thread. */
interface HostNetwork {
    /** Whether an IPv4 address is one of the host's, or that of a broadcast on one of its networks. */
    boolean isOwn(int address);

    /** The IPv4 addresses of a name; empty if there are none. */
    List<Integer> addresses(String name);

    /** This host. */
    static HostNetwork ofHost() {
        return new Present();
    }

    /**
     * Looks again every few seconds, as a VPN may come and go: in another thread, since some hosts are slow to answer.
     */
    final class Present implements HostNetwork {
        private static final Logger LOG = LoggerFactory.getLogger(HostNetwork.class);
        private static final Duration FRESH = Duration.ofSeconds(5);

        private final AtomicBoolean reading = new AtomicBoolean();
        private volatile @Nullable Set<Integer> own;
        private volatile long readAt;

        private Present() {}

        @Override
        public boolean isOwn(int address) {
            Set<Integer> known = own;
            if (known == null) {
                read();
                known = own;
            } else if (System.nanoTime() - readAt > FRESH.toNanos() && reading.compareAndSet(false, true)) {
                Thread thread = new Thread(this::read, "crossbuild-addresses");
                thread.setDaemon(true);
                thread.start();
            }
            // Without a list any address may be the host's.
            return known == null || known.contains(address);
        }

        private void read() {
            try {
                own = NetworkInterface.networkInterfaces()
                        .flatMap(each -> each.getInterfaceAddresses().stream())
                        .flatMap(Present::addresses)
                        .collect(Collectors.toCollection(HashSet::new));
            } catch (SocketException e) {
                LOG.debug("no list of this host's addresses", e);
            } finally {
                readAt = System.nanoTime();
                reading.set(false);
            }
        }

        private static Stream<Integer> addresses(InterfaceAddress of) {
            return Stream.of(of.getAddress(), of.getBroadcast())
                    .filter(Inet4Address.class::isInstance)
                    .map(Present::number);
        }

        @Override
        public List<Integer> addresses(String name) {
            try {
                return Arrays.stream(InetAddress.getAllByName(name))
                        .filter(Inet4Address.class::isInstance)
                        .map(Present::number)
                        .toList();
            } catch (UnknownHostException e) {
                return List.of();
            }
        }

        private static int number(InetAddress address) {
            return ByteBuffer.wrap(address.getAddress()).getInt();
        }
    }
}
