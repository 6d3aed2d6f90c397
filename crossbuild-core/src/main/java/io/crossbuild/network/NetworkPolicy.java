// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import io.crossbuild.event.Warning.ConnectionBlocked.Place;
import io.crossbuild.network.Frame.Packet;
import io.crossbuild.network.Frame.Protocol;
import io.crossbuild.spec.AddressRange;
import io.crossbuild.spec.HostRule;
import io.crossbuild.spec.NetworkMode;
import io.crossbuild.spec.NetworkOptions;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Decides what a guest may reach. For one thread. */
final class NetworkPolicy {
    private static final int MAX_LEARNED = 4096;
    private static final int PORTS = 1 << 16;
    /** Some hosts let the user network send a ping only as a datagram, as if from this port (libslirp's ip_icmp.c). */
    private static final int PING_PORT = 9;

    private final NetworkMode mode;
    private final boolean onlyListed;
    private final List<HostRule> listed;
    private final List<HostRule> always;
    private final HostNetwork host;
    /** The names that an answer gave for an address. */
    private final Map<Integer, List<HostRule>> learned = new LinkedHashMap<>();
    /**
     * The guest's UDP ports that did not only ask the name server. The user network has one socket for all that such a
     * port sends, and what anyone sends to that socket seems to come from the name server if it was asked last
     * (udp_input and sotranslate_in in libslirp). So a server that works together with the guest could forge answers.
     */
    private final BitSet mixed = new BitSet(PORTS);

    /** @param always what the guest needs in any case, except without a network: mirror and proxy */
    NetworkPolicy(NetworkOptions options, List<HostRule> always, HostNetwork host) {
        this.mode = options.mode();
        this.onlyListed = !options.onlyHosts().isEmpty();
        this.listed = Stream.concat(options.allowHosts().stream(), options.onlyHosts().stream())
                .toList();
        this.always = List.copyOf(always);
        this.host = host;
    }

    /** Whether an answer of the name server can change a verdict. */
    static boolean learns(NetworkOptions options) {
        return Stream.concat(options.allowHosts().stream(), options.onlyHosts().stream())
                .anyMatch(rule -> !rule.isLoopback() && rule.addresses().isEmpty());
    }

    /** The verdict on a frame that the guest sends. */
    Verdict judge(Frame frame) {
        if (frame instanceof Packet packet) {
            Verdict verdict = judge(packet);
            if (verdict.passes()) {
                note(packet);
            }
            return verdict;
        }
        return frame instanceof Frame.Arp arp && passes(arp) ? Verdict.PASSED : Verdict.IGNORED;
    }

    private void note(Packet packet) {
        switch (packet.protocol()) {
            case UDP -> {
                if (!isDns(packet)) {
                    mixed.set(packet.sourcePort());
                }
            }
            case PING -> mixed.set(PING_PORT);
            case TCP -> {
                // Its connections are not mixed.
            }
        }
    }

    /** Only the guest asks, by its own name, and only for those that answer. */
    private boolean passes(Frame.Arp arp) {
        return arp.hardware() == UserNetwork.GUEST_HARDWARE
                && arp.sender() == UserNetwork.GUEST
                && (arp.target() == UserNetwork.GATEWAY || arp.target() == UserNetwork.NAME_SERVER);
    }

    private Verdict judge(Packet packet) {
        int destination = packet.destination();
        boolean own = packet.source() == UserNetwork.GUEST && packet.hardware() == UserNetwork.GUEST_HARDWARE;
        if (!own || SpecialRanges.isNoHost(destination)) {
            return Verdict.IGNORED;
        }
        if (isOfShell(packet)) {
            return Verdict.PASSED;
        }
        if (mode == NetworkMode.NONE) {
            return Verdict.REFUSED;
        }
        if (mode == NetworkMode.FULL || isDns(packet)) {
            return Verdict.PASSED;
        }
        if (UserNetwork.RANGE.contains(destination) && destination != UserNetwork.GATEWAY) {
            return Verdict.REFUSED;
        }
        Place place = place(destination);
        boolean open = place == Place.ELSEWHERE && !onlyListed;
        if (open || isListed(packet, place) || isNeeded(packet, place)) {
            return Verdict.PASSED;
        }
        return Verdict.blocked(place);
    }

    /** An answer of the server for a shell. The user network lets only a first segment open a connection. */
    private static boolean isOfShell(Packet packet) {
        return packet.protocol() == Protocol.TCP
                && packet.destination() == UserNetwork.GATEWAY
                && packet.sourcePort() == UserNetwork.SSH_PORT
                && !packet.opens();
    }

    private static boolean isDns(Packet packet) {
        return packet.protocol() != Protocol.PING
                && packet.destination() == UserNetwork.NAME_SERVER
                && packet.destinationPort() == UserNetwork.DNS_PORT;
    }

    private Place place(int address) {
        if (address == UserNetwork.GATEWAY) {
            return Place.LOOPBACK;
        }
        if (SpecialRanges.isLinkLocal(address)) {
            return Place.LINK_LOCAL;
        }
        if (host.isOwn(address)) {
            return Place.HOST;
        }
        boolean isPrivate = mode == NetworkMode.INTERNET && SpecialRanges.isPrivate(address);
        return isPrivate ? Place.PRIVATE : Place.ELSEWHERE;
    }

    private boolean isListed(Packet packet, Place place) {
        if (listed.stream().anyMatch(rule -> matchesPort(rule, packet) && matches(rule, packet.destination(), place))) {
            return true;
        }
        return opensByName(place)
                && learned.getOrDefault(packet.destination(), List.of()).stream()
                        .anyMatch(rule -> matchesPort(rule, packet));
    }

    /** A name's server decides where the name leads: not to these. */
    private static boolean opensByName(Place place) {
        return place != Place.LOOPBACK && place != Place.LINK_LOCAL;
    }

    /** A range is about other hosts: it includes none of these by chance. */
    private static boolean matches(HostRule rule, int address, Place place) {
        if (rule.isLoopback()) {
            return place == Place.LOOPBACK;
        }
        boolean othersOnly = place == Place.ELSEWHERE || place == Place.PRIVATE;
        return rule.addresses()
                .filter(range -> othersOnly || range.bits() == Integer.SIZE)
                .filter(range -> range.contains(address))
                .isPresent();
    }

    /** The names are asked for only now: as a rule, nothing of this is blocked. */
    private boolean isNeeded(Packet packet, Place place) {
        return always.stream()
                .anyMatch(rule -> matchesPort(rule, packet) && isNeeded(rule, packet.destination(), place));
    }

    private boolean isNeeded(HostRule rule, int address, Place place) {
        if (rule.isLoopback()) {
            return place == Place.LOOPBACK;
        }
        Optional<AddressRange> range = rule.addresses();
        if (range.isPresent()) {
            return range.get().contains(address);
        }
        return opensByName(place)
                && (host.addresses(rule.host()).contains(address)
                        || learned.getOrDefault(address, List.of()).contains(rule));
    }

    /** A ping has no port. */
    private static boolean matchesPort(HostRule rule, Packet packet) {
        return packet.protocol() == Protocol.PING || rule.matchesPort(packet.destinationPort());
    }

    /** Whether a frame that the guest receives is an answer of the name server that it may learn from. */
    Optional<Packet> dnsAnswer(Frame frame) {
        return frame instanceof Packet packet
                        && packet.protocol() == Protocol.UDP
                        && packet.source() == UserNetwork.NAME_SERVER
                        && packet.sourcePort() == UserNetwork.DNS_PORT
                        && !mixed.get(packet.destinationPort())
                ? Optional.of(packet)
                : Optional.empty();
    }

    /** Opens the addresses of a name, if it is listed. */
    void learn(DnsAnswer answer) {
        List<HostRule> rules = Stream.concat(listed.stream(), always.stream())
                .filter(rule -> !rule.isLoopback() && rule.addresses().isEmpty())
                .filter(rule -> rule.matchesName(answer.name()))
                .toList();
        if (rules.isEmpty()) {
            return;
        }
        for (int address : answer.addresses()) {
            List<HostRule> known =
                    new ArrayList<>(Optional.ofNullable(learned.remove(address)).orElse(List.of()));
            rules.stream().filter(rule -> !known.contains(rule)).forEach(known::add);
            learned.put(address, known);
        }
        while (learned.size() > MAX_LEARNED) {
            learned.remove(learned.keySet().iterator().next());
        }
    }
}
