// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the filter asks the host. For one thread. */
interface HostNetwork {
    /** Whether an IPv4 address is one of the host's. */
    boolean isOwn(int address);

    /** The IPv4 addresses of a name; empty if there are none. */
    List<Integer> addresses(String name);

    /** This host. */
    static HostNetwork ofHost() {
        return new Present();
    }

    /** Looks again every few seconds: a VPN may come and go. */
    final class Present implements HostNetwork {
        private static final Logger LOG = LoggerFactory.getLogger(HostNetwork.class);
        private static final Duration FRESH = Duration.ofSeconds(5);

        private Set<Integer> own = Set.of();
        private long read;
        private boolean known;

        private Present() {}

        @Override
        public boolean isOwn(int address) {
            long now = System.nanoTime();
            if (!known || now - read > FRESH.toNanos()) {
                own = interfaces(own);
                read = now;
                known = true;
            }
            return own.contains(address);
        }

        private static Set<Integer> interfaces(Set<Integer> before) {
            try {
                return NetworkInterface.networkInterfaces()
                        .flatMap(NetworkInterface::inetAddresses)
                        .filter(Inet4Address.class::isInstance)
                        .map(Present::number)
                        .collect(Collectors.toCollection(HashSet::new));
            } catch (SocketException e) {
                LOG.debug("no list of this host's addresses", e);
                return before;
            }
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
