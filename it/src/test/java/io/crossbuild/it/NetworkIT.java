// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a line reaches: the attack is a line that reads a server on the host's loopback interface. */
@VirtualMachineTest
class NetworkIT {
    private static final String SECRET = "a secret of the host";

    /** Sends datagrams to a port of the host's loopback interface, in frames that a kernel would not make. */
    private static final String ODD = """
            use Socket;
            my $port = shift;
            open my $file, '<', '/sys/class/net/eth0/ifindex' or die $!;
            chomp(my $index = <$file>);
            # AF_PACKET (packet(7)).
            socket(my $socket, 17, SOCK_RAW, 0) or die $!;
            my $gateway = "\\x52\\x55\\x0a\\x00\\x02\\x02";
            my $link = pack('S n i S C C a8', 17, 0x0800, $index, 0, 0, 6, $gateway);
            sub sum {
                my $sum = 0;
                $sum += $_ for unpack('n*', $_[0]);
                $sum = ($sum & 0xffff) + ($sum >> 16) while $sum > 0xffff;
                return ~$sum & 0xffff;
            }
            sub udp { return pack('n n n n', 5555, $port, 8 + length($_[0]), 0) . $_[0] }
            sub ip {
                my ($to, $content, %other) = @_;
                my $options = $other{options} // '';
                my $header = pack('C C n n n C C n a4 a4', 0x45 + length($options) / 4, 0,
                    20 + length($options) + length($content), $other{id} // 77, $other{fragment} // 0, 64, 17, 0,
                    inet_aton($other{from} // '10.0.2.15'), inet_aton($to)) . $options;
                substr($header, 10, 2) = pack('n', sum($header));
                return $header . $content;
            }
            sub frame {
                my ($type, $content, $to) = @_;
                my $frame = ($to // $gateway) . "\\x52\\x54\\x00\\x12\\x34\\x56" . pack('n', $type) . $content;
                send($socket, $frame, 0, $link) or die $!;
                select(undef, undef, undef, 0.1);
            }
            frame(0x800, ip('10.0.2.2', udp('plain')));
            frame(0x8100, pack('n n', 5, 0x800) . ip('10.0.2.2', udp('vlan')));
            frame(0x88a8, pack('n n', 5, 0x800) . ip('10.0.2.2', udp('outer vlan')));
            frame(0x800, ip('10.0.2.2', udp('to all'), id => 1), "\\xff" x 6);
            frame(0x800, ip('255.255.255.255', udp('broadcast'), id => 2));
            frame(0x800, ip('10.0.2.255', udp('directed broadcast'), id => 3));
            frame(0x800, ip('10.0.2.9', udp('neighbour'), id => 4));
            frame(0x800, ip('10.0.2.3', udp('name server'), id => 5));
            frame(0x800, ip('127.0.0.1', udp('loopback'), id => 6));
            frame(0x800, ip('10.0.2.2', udp('spoofed'), id => 7, from => '10.0.2.16'));
            frame(0x800, ip('10.0.2.2', udp('options'), id => 8, options => "\\x01" x 4));
            my $route = "\\x83\\x07\\x04" . inet_aton('10.0.2.2') . "\\x00";
            frame(0x800, ip('192.0.2.1', udp('routed'), id => 9, options => $route));
            frame(0x800, ip('10.0.2.2', udp('padded'), id => 10) . "\\x00" x 64);
            my $whole = udp('fragments of a datagram.');
            frame(0x800, ip('10.0.2.2', substr($whole, 0, 16), id => 11, fragment => 0x2000));
            frame(0x800, ip('10.0.2.2', substr($whole, 16), id => 11, fragment => 2));
            # What the first fragment says is not where the second one goes.
            frame(0x800, ip('10.0.2.2', substr($whole, 0, 8), id => 12, fragment => 0x2000));
            frame(0x800, ip('10.0.2.2', substr($whole, 8), id => 12, fragment => 1));
            """;

    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;
    private int port;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            byte[] body = SECRET.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        port = server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** A line that leaves what it reads from the server, or why it reads nothing. */
    private String read(String host) {
        return "{ exec 3<>/dev/tcp/" + host + "/" + port
                + " && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3; } > result 2>&1 || true # "
                + System.nanoTime() + "\n";
    }

    private Project project(String name, String lines) throws IOException {
        return Project.minimal(name).write("build.txt", lines).write("config.json", "{ \"Files\": [\"result\"] }\n");
    }

    private static String result(Project project) throws IOException {
        return Files.readString(project.targetRoot().resolve("result"));
    }

    @Test
    void aLineReadsNoServerOfTheHost() throws Exception {
        Project project = project("network-lan", read("10.0.2.2"));
        project.maven("crossbuild:build")
                .run(DEADLINE)
                .succeeded()
                .mentions("[WARNING] The guest may not reach '10.0.2.2:" + port
                        + "', this host's loopback interface: blocked")
                .mentions("To allow it, set -Dcrossbuild.allowHosts=localhost:" + port);
        assertThat(result(project)).contains("No route to host").doesNotContain(SECRET);
        assertThat(requests).hasValue(0);
    }

    @Test
    void aHostThatIsAllowedIsRead() throws Exception {
        Project project = project("network-allowed", read("10.0.2.2"));
        project.maven("-Dcrossbuild.network=internet", "-Dcrossbuild.allowHosts=localhost:" + port, "crossbuild:build")
                .run(DEADLINE)
                .succeeded()
                .doesNotMention("The guest may not reach");
        assertThat(result(project)).contains(SECRET);
    }

    @Test
    void theFullNetworkHasNoFilter() throws Exception {
        Project project = project("network-full", read("10.0.2.2"));
        project.maven("-Dcrossbuild.network=full", "crossbuild:build")
                .run(DEADLINE)
                .succeeded();
        assertThat(result(project)).contains(SECRET);
    }

    @Test
    void aLineWithoutANetworkReadsNothingAndTheNextOneHasItAgain() throws Exception {
        String offline = read("10.0.2.2").replace("result", "offline");
        Project project = project("network-none", "#@ network none\n" + offline + "cat offline; " + read("10.0.2.2"));
        project.maven("-Dcrossbuild.network=full", "crossbuild:build")
                .run(DEADLINE)
                .succeeded()
                .mentions("Network is unreachable");
        assertThat(result(project)).contains(SECRET);
        assertThat(requests).hasValue(1);
    }

    @Test
    void aMirrorIsReachedThoughOnlyANameIsAllowed() throws Exception {
        Project project = project(
                "network-only",
                "apt-get update && apt-get install -y hello # " + System.nanoTime() + "\n" + read("10.0.2.2"));
        project.maven("-Dcrossbuild.onlyHosts=registry.example", "crossbuild:build")
                .run(DEADLINE)
                .succeeded()
                .mentions("The guest may not reach '10.0.2.2:" + port);
        assertThat(requests).hasValue(0);
    }

    private List<String> arrived(Project project, String... arguments) throws Exception {
        List<String> texts = new CopyOnWriteArrayList<>();
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> receive(socket, texts), "datagrams");
            thread.setDaemon(true);
            thread.start();
            project.write("odd.pl", ODD)
                    .write(
                            "build.txt",
                            "#@ copy odd.pl ~/odd.pl\nperl odd.pl " + socket.getLocalPort() + "; echo sent > result\n");
            project.maven(arguments).run(DEADLINE).succeeded();
            assertThat(result(project)).isEqualTo("sent\n");
        }
        return texts;
    }

    private static void receive(DatagramSocket socket, List<String> texts) {
        try {
            while (true) {
                DatagramPacket packet = new DatagramPacket(new byte[100], 100);
                socket.receive(packet);
                texts.add(new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII));
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    @Test
    void noFrameReachesTheHostByBeingOdd() throws Exception {
        Project project = project("network-odd", "");
        assertThat(arrived(project, "-Dcrossbuild.network=full", "crossbuild:build"))
                .as("without the filter")
                .contains("plain", "broadcast", "options", "fragments of a datagram.");
        assertThat(arrived(project, "crossbuild:build")).isEmpty();
    }
}
