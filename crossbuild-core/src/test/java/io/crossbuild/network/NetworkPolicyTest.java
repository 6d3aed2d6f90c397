// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.event.Warning.ConnectionBlocked.Place;
import io.crossbuild.spec.HostRule;
import io.crossbuild.spec.NetworkMode;
import io.crossbuild.spec.NetworkOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkPolicyTest {
    private static final String PUBLIC = "192.0.2.1";
    private static final String OWN = "192.168.1.5";
    private static final String NEIGHBOUR = "192.168.1.6";
    private static final String MIRROR = "10.9.8.7";

    private NetworkOptions options = NetworkOptions.DEFAULTS;
    private List<HostRule> always = List.of();

    /** A host with one address that knows two names. */
    private static final HostNetwork HOST = new HostNetwork() {
        @Override
        public boolean isOwn(int address) {
            return address == Frames.address(OWN);
        }

        @Override
        public List<Integer> addresses(String name) {
            return switch (name) {
                case "mirror.corp" -> List.of(Frames.address(MIRROR));
                case "rebound.example" -> List.of(Frames.address("169.254.169.254"), Frames.address("10.0.2.2"));
                default -> List.of();
            };
        }
    };

    private static List<HostRule> rules(String... texts) {
        return Arrays.stream(texts)
                .map(text -> HostRule.parse(text).orElseThrow())
                .toList();
    }

    private NetworkPolicy policy() {
        return new NetworkPolicy(options, always, HOST);
    }

    private Verdict judge(byte[] frame) {
        return policy().judge(Frames.read(frame));
    }

    private Verdict connect(String to, int port) {
        return judge(Frames.syn(to, port));
    }

    private void passes(String to, int port) {
        assertThat(connect(to, port)).as(to).isEqualTo(Verdict.PASSED);
    }

    private void blocked(String to, int port, Place place) {
        assertThat(connect(to, port)).as(to).isEqualTo(Verdict.blocked(place));
    }

    private void mode(NetworkMode mode) {
        options = options.withMode(mode);
    }

    private void allow(String... texts) {
        options = options.withAllowHosts(rules(texts));
    }

    private void only(String... texts) {
        options = options.withOnlyHosts(rules(texts));
    }

    @Test
    void inALanEverythingPassesButTheHostItself() {
        passes(PUBLIC, 443);
        passes(NEIGHBOUR, 22);
        blocked("10.0.2.2", 8080, Place.LOOPBACK);
        blocked(OWN, 22, Place.HOST);
        blocked("169.254.169.254", 80, Place.LINK_LOCAL);
        blocked("168.63.129.16", 80, Place.LINK_LOCAL);
        blocked("100.100.100.200", 80, Place.LINK_LOCAL);
    }

    @Test
    void theInternetHasNoPrivateAddresses() {
        mode(NetworkMode.INTERNET);
        passes(PUBLIC, 443);
        for (String address : List.of("10.1.2.3", "172.31.0.1", NEIGHBOUR, "100.64.0.1", "198.18.0.1")) {
            blocked(address, 443, Place.PRIVATE);
        }
        passes("172.32.0.1", 443);
        blocked(OWN, 22, Place.HOST);
    }

    @Test
    void withoutANetworkNothingPasses() {
        mode(NetworkMode.NONE);
        allow(PUBLIC);
        always = rules(PUBLIC);
        assertThat(connect(PUBLIC, 443)).isEqualTo(Verdict.REFUSED);
        assertThat(judge(Frames.udp(Frames.GUEST, 5000, "10.0.2.3", 53, new byte[12])))
                .isEqualTo(Verdict.REFUSED);
    }

    @ParameterizedTest
    @EnumSource(NetworkMode.class)
    void aShellsServerAnswersInAllModes(NetworkMode mode) {
        mode(mode);
        assertThat(judge(Frames.tcp(Frames.GUEST, 22, "10.0.2.2", 50000, Frames.SYN | Frames.ACK)))
                .isEqualTo(Verdict.PASSED);
    }

    @Test
    void theServersPortOpensNoConnection() {
        assertThat(judge(Frames.tcp(Frames.GUEST, 22, "10.0.2.2", 8080, Frames.SYN)))
                .isEqualTo(Verdict.blocked(Place.LOOPBACK));
        assertThat(judge(Frames.udp(Frames.GUEST, 22, "10.0.2.2", 8080, new byte[1])))
                .isEqualTo(Verdict.blocked(Place.LOOPBACK));
    }

    @Test
    void theNameServerAnswersQueriesOnly() {
        passes("10.0.2.3", 53);
        assertThat(judge(Frames.udp(Frames.GUEST, 5000, "10.0.2.3", 53, new byte[12])))
                .isEqualTo(Verdict.PASSED);
        allow("10.0.0.0/8", "localhost");
        assertThat(connect("10.0.2.3", 80)).isEqualTo(Verdict.REFUSED);
        assertThat(judge(Frames.ping("10.0.2.3"))).isEqualTo(Verdict.REFUSED);
        assertThat(connect("10.0.2.4", 80)).isEqualTo(Verdict.REFUSED);
    }

    /** The user network sends what is for 255.255.255.255 to the host's loopback interface. */
    @ParameterizedTest
    @ValueSource(strings = {"255.255.255.255", "224.0.0.251", "240.0.0.1", "127.0.0.1", "0.0.0.0"})
    void whatIsNoSingleHostNeverPasses(String address) {
        allow("0.0.0.0/0", address);
        assertThat(connect(address, 80)).isEqualTo(Verdict.IGNORED);
    }

    @Test
    void aGuestSpeaksByItsOwnNameOnly() {
        assertThat(judge(Frames.tcp("10.0.2.16", 1, PUBLIC, 443, Frames.SYN))).isEqualTo(Verdict.IGNORED);
        assertThat(judge(Frames.tcp("10.0.2.2", 1, PUBLIC, 443, Frames.SYN))).isEqualTo(Verdict.IGNORED);
        assertThat(judge(Frames.with(Frames.syn(PUBLIC, 443), 11, 0x57))).isEqualTo(Verdict.IGNORED);
    }

    @Test
    void arpIsForTheGatewayAndTheNameServer() {
        assertThat(judge(Frames.arp(1, Frames.GUEST, "10.0.2.2"))).isEqualTo(Verdict.PASSED);
        assertThat(judge(Frames.arp(2, Frames.GUEST, "10.0.2.3"))).isEqualTo(Verdict.PASSED);
        assertThat(judge(Frames.arp(1, Frames.GUEST, "10.0.2.4"))).isEqualTo(Verdict.IGNORED);
        assertThat(judge(Frames.arp(1, "10.0.2.3", "10.0.2.2"))).isEqualTo(Verdict.IGNORED);
        assertThat(judge(Frames.arp(1, Frames.GUEST, Frames.GUEST))).isEqualTo(Verdict.IGNORED);
    }

    @Test
    void oddFramesNeverPass() {
        allow("0.0.0.0/0");
        assertThat(judge(Frames.with(Frames.syn(PUBLIC, 443), 20, 0x20))).isEqualTo(Verdict.IGNORED);
        assertThat(judge(new byte[60])).isEqualTo(Verdict.IGNORED);
    }

    @Nested
    class AllowedHosts {
        @Test
        void anAddressAndAPortOpenJustThese() {
            allow("localhost:8080", OWN + ":22", "169.254.169.254");
            passes("10.0.2.2", 8080);
            blocked("10.0.2.2", 8081, Place.LOOPBACK);
            passes(OWN, 22);
            blocked(OWN, 23, Place.HOST);
            passes("169.254.169.254", 80);
        }

        @Test
        void theGatewayIsTheHostsLoopbackInterface() {
            allow("10.0.2.2:80-90");
            passes("10.0.2.2", 85);
            allow("127.0.0.1");
            passes("10.0.2.2", 1);
        }

        @Test
        void rangesOpenOtherHostsOnly() {
            mode(NetworkMode.INTERNET);
            allow("0.0.0.0/0");
            passes(NEIGHBOUR, 443);
            blocked("10.0.2.2", 80, Place.LOOPBACK);
            blocked(OWN, 80, Place.HOST);
            blocked("169.254.169.254", 80, Place.LINK_LOCAL);
        }

        @Test
        void namesOpenTheirAddressesOnceTheyAreKnown() {
            mode(NetworkMode.INTERNET);
            allow("*.corp:443");
            NetworkPolicy policy = policy();
            assertThat(policy.judge(Frames.read(Frames.syn(NEIGHBOUR, 443)))).isEqualTo(Verdict.blocked(Place.PRIVATE));
            policy.learn(new DnsAnswer("evil.example", List.of(Frames.address(NEIGHBOUR))));
            assertThat(policy.judge(Frames.read(Frames.syn(NEIGHBOUR, 443)))).isEqualTo(Verdict.blocked(Place.PRIVATE));
            policy.learn(new DnsAnswer("nexus.corp", List.of(Frames.address(NEIGHBOUR))));
            assertThat(policy.judge(Frames.read(Frames.syn(NEIGHBOUR, 443)))).isEqualTo(Verdict.PASSED);
            assertThat(policy.judge(Frames.read(Frames.syn(NEIGHBOUR, 22)))).isEqualTo(Verdict.blocked(Place.PRIVATE));
        }

        @Test
        void aNameLeadsNeitherToTheGatewayNorToMetadata() {
            allow("*.corp");
            NetworkPolicy policy = policy();
            policy.learn(new DnsAnswer(
                    "a.corp",
                    List.of(Frames.address("10.0.2.2"), Frames.address("169.254.169.254"), Frames.address(OWN))));
            assertThat(policy.judge(Frames.read(Frames.syn("10.0.2.2", 80))))
                    .isEqualTo(Verdict.blocked(Place.LOOPBACK));
            assertThat(policy.judge(Frames.read(Frames.syn("169.254.169.254", 80))))
                    .isEqualTo(Verdict.blocked(Place.LINK_LOCAL));
            assertThat(policy.judge(Frames.read(Frames.syn(OWN, 80)))).isEqualTo(Verdict.PASSED);
        }

        @Test
        void onlyHostsReplaceTheMode() {
            only(PUBLIC + ":443");
            allow(NEIGHBOUR);
            passes(PUBLIC, 443);
            passes(NEIGHBOUR, 22);
            blocked(PUBLIC, 80, Place.ELSEWHERE);
            blocked("192.0.2.2", 443, Place.ELSEWHERE);
            blocked("10.0.2.2", 443, Place.LOOPBACK);
            passes("10.0.2.3", 53);
        }

        @Test
        void namesDecideWhetherAnswersMatter() {
            assertThat(NetworkPolicy.learns(options)).isFalse();
            allow("localhost:80", "10.0.0.0/8", "127.0.0.1");
            assertThat(NetworkPolicy.learns(options)).isFalse();
            only("a.example");
            assertThat(NetworkPolicy.learns(options)).isTrue();
        }
    }

    @Nested
    class MirrorAndProxy {
        @Test
        void theyAreReachedOnTheHostToo() {
            always = rules("localhost:3142");
            passes("10.0.2.2", 3142);
            blocked("10.0.2.2", 3143, Place.LOOPBACK);
        }

        @Test
        void theirNamesLeadNeitherToTheGatewayNorToMetadata() {
            always = rules("rebound.example:80", "mirror.corp:80");
            blocked("169.254.169.254", 80, Place.LINK_LOCAL);
            blocked("10.0.2.2", 80, Place.LOOPBACK);
            NetworkPolicy policy = policy();
            policy.learn(new DnsAnswer("mirror.corp", List.of(Frames.address("10.0.2.2"))));
            assertThat(policy.judge(Frames.read(Frames.syn("10.0.2.2", 80))))
                    .isEqualTo(Verdict.blocked(Place.LOOPBACK));
        }

        @Test
        void theyAreReachedByTheirNames() {
            always = rules("mirror.corp:80");
            mode(NetworkMode.INTERNET);
            passes(MIRROR, 80);
            blocked(MIRROR, 81, Place.PRIVATE);
            only(PUBLIC);
            passes(MIRROR, 80);
        }
    }

    @Test
    void answersComeFromTheNameServer() {
        byte[] message = Frames.dns("a.corp", List.of(), PUBLIC);
        Frame answer = Frames.read(Frames.udp("10.0.2.3", 53, Frames.GUEST, 5000, message));
        assertThat(policy().dnsAnswer(answer)).isPresent();
        assertThat(policy().dnsAnswer(Frames.read(Frames.udp("8.8.8.8", 53, Frames.GUEST, 5000, message))))
                .isEqualTo(Optional.empty());
    }

    @Test
    void whatAServerSendsToAPortThatAlsoAskedItIsNoAnswer() {
        mode(NetworkMode.INTERNET);
        allow("a.corp");
        Frame forged =
                Frames.read(Frames.udp("10.0.2.3", 53, Frames.GUEST, 5000, Frames.dns("a.corp", List.of(), NEIGHBOUR)));
        NetworkPolicy policy = policy();
        policy.judge(Frames.read(Frames.udp(Frames.GUEST, 5000, "10.0.2.3", 53, new byte[12])));
        assertThat(policy.dnsAnswer(forged)).isPresent();
        policy.judge(Frames.read(Frames.udp(Frames.GUEST, 5000, NEIGHBOUR, 53, new byte[12])));
        assertThat(policy.dnsAnswer(forged)).as("nothing was sent").isPresent();
        policy.judge(Frames.read(Frames.udp(Frames.GUEST, 5000, PUBLIC, 53, new byte[12])));
        assertThat(policy.dnsAnswer(forged)).isEmpty();
        policy.judge(Frames.read(Frames.udp(Frames.GUEST, 5000, "10.0.2.3", 53, new byte[12])));
        assertThat(policy.dnsAnswer(forged)).as("the socket is the same").isEmpty();
    }

    @Test
    void aPingMayUseThePortOfADatagram() {
        Frame answer =
                Frames.read(Frames.udp("10.0.2.3", 53, Frames.GUEST, 9, Frames.dns("a.corp", List.of(), NEIGHBOUR)));
        NetworkPolicy policy = policy();
        assertThat(policy.dnsAnswer(answer)).isPresent();
        policy.judge(Frames.read(Frames.ping(PUBLIC)));
        assertThat(policy.dnsAnswer(answer)).isEmpty();
    }
}
