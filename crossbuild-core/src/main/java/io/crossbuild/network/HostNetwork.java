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
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
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
        return new Present(Present::resolve);
    }

    /**
     * Looks again every few seconds, as a VPN may come and go: in another thread, since some hosts are slow to answer.
     */
    final class Present implements HostNetwork {
        private static final Logger LOG = LoggerFactory.getLogger(HostNetwork.class);
        private static final Duration FRESH = Duration.ofSeconds(5);

        /** The machine stands still meanwhile. */
        private static final Duration PATIENCE = Duration.ofSeconds(2);

        private static final int MAX_ADDRESSES = 256;

        private final Function<String, List<Integer>> resolver;
        private final Map<String, Name> names = new HashMap<>();
        private final AtomicBoolean reading = new AtomicBoolean();
        private volatile @Nullable Set<Integer> own;
        private volatile long readAt;

        Present(Function<String, List<Integer>> resolver) {
            this.resolver = resolver;
        }

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

        /**
         * Asks in another thread, and waits only a moment for the first answer: a guest could make the filter ask again
         * and again, and a name server may need half a minute to fail.
         */
        @Override
        public List<Integer> addresses(String name) {
            Name asked = names.computeIfAbsent(name, any -> new Name());
            asked.refresh(() -> resolver.apply(name));
            return asked.known;
        }

        /** What is known about a name. */
        private static final class Name {
            private @Nullable CompletableFuture<List<Integer>> answer;
            private List<Integer> known = List.of();
            private long askedAt;

            void refresh(Supplier<List<Integer>> question) {
                boolean asks = answer == null;
                if (asks && (askedAt == 0 || System.nanoTime() - askedAt > FRESH.toNanos())) {
                    askedAt = System.nanoTime();
                    CompletableFuture<List<Integer>> next = new CompletableFuture<>();
                    Thread thread = new Thread(() -> next.completeAsync(question, Runnable::run), "crossbuild-names");
                    thread.setDaemon(true);
                    thread.start();
                    answer = next;
                }
                if (answer != null) {
                    take(answer, asks && known.isEmpty() ? PATIENCE : Duration.ZERO);
                }
            }

            private void take(CompletableFuture<List<Integer>> from, Duration atMost) {
                try {
                    List<Integer> found = from.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
                    answer = null;
                    // Servers take turns, and connections to the earlier ones continue.
                    Set<Integer> all = new LinkedHashSet<>(known);
                    all.addAll(found);
                    known = all.size() <= MAX_ADDRESSES ? List.copyOf(all) : found;
                } catch (TimeoutException e) {
                    LOG.debug("no answer yet");
                } catch (ExecutionException e) {
                    LOG.debug("no answer", e);
                    answer = null;
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private static List<Integer> resolve(String name) {
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
