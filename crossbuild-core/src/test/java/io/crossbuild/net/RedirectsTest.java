// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.DownloadException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All names are addresses, so nothing is looked up. */
class RedirectsTest {
    private static final String MIRROR = "http://93.184.216.34/debian/a.deb";

    private static URI follow(String from, String to) throws Exception {
        return new Redirects(URI.create(from)).follow(302, Optional.of(to));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, HOST",
        "127.8.9.1, HOST",
        "0.0.0.0, HOST",
        "0.1.2.3, HOST",
        "255.255.255.255, HOST",
        "224.0.0.1, HOST",
        "::1, HOST",
        "::, HOST",
        "::ffff:127.0.0.1, HOST",
        "169.254.169.254, LINK",
        "fe80::1, LINK",
        "168.63.129.16, LINK",
        "100.100.100.200, LINK",
        "192.0.0.192, LINK",
        "64:ff9b::a9fe:a9fe, LINK",
        "64:ff9b::7f00:1, HOST",
        "2002:a00:1::1, PRIVATE",
        "10.0.0.1, PRIVATE",
        "172.16.0.1, PRIVATE",
        "192.168.1.1, PRIVATE",
        "100.64.0.1, PRIVATE",
        "192.0.0.8, PRIVATE",
        "198.19.0.1, PRIVATE",
        "fd00:ec2::254, PRIVATE",
        "172.32.0.1, INTERNET",
        "100.128.0.1, INTERNET",
        "93.184.216.34, INTERNET",
        "64:ff9b::5db8:d822, INTERNET",
        "2606:2800:220:1::1, INTERNET"
    })
    void anAddressHasAReach(String address, Reach reach) throws Exception {
        assertThat(Reach.of(InetAddress.getByName(address))).isEqualTo(reach);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:8080/admin",
                "https://127.0.0.1/admin",
                "http://[::1]/admin",
                "http://[::ffff:127.0.0.1]/admin",
                "http://0.0.0.0/admin",
                "http://localhost/admin",
                "http://169.254.169.254/latest/meta-data/",
                "http://168.63.129.16/?comp=versions",
                "http://192.168.1.1/",
                "http://10.0.0.1/",
                "//172.16.0.1/"
            })
    void aMirrorOnTheInternetCannotMakeThisHostAskWhatIsNear(String to) {
        assertThatThrownBy(() -> follow(MIRROR, to))
                .isInstanceOf(DownloadException.class)
                .hasMessageMatching("Cannot download '\\Q" + MIRROR + "\\E': it redirects to '.*', which is"
                        + " (on this host|on the local network link|in a private network)"
                        + " \\(expected a server on the Internet, or one as near as the mirror\\)");
    }

    @Test
    void aMirrorMayLeadToWhatIsAsNearAsItselfOrFarther() throws Exception {
        assertThat(follow(MIRROR, "http://151.101.1.1/a")).isEqualTo(URI.create("http://151.101.1.1/a"));
        assertThat(follow(MIRROR, "../b")).isEqualTo(URI.create("http://93.184.216.34/b"));
        assertThat(follow("http://10.0.0.1/a", "http://192.168.0.2/a")).hasHost("192.168.0.2");
        assertThat(follow("http://127.0.0.1:3142/a", "http://127.0.0.2/a")).hasHost("127.0.0.2");
        assertThatThrownBy(() -> follow("http://10.0.0.1/a", "http://127.0.0.1/a"))
                .hasMessageContaining("on this host");
        assertThatThrownBy(() -> follow("http://10.0.0.1/a", "http://169.254.169.254/a"))
                .hasMessageContaining("on the local network link");
    }

    @Test
    void theFirstAddressCountsHoweverManyRedirectionsThereAre() throws Exception {
        Redirects redirects = new Redirects(URI.create(MIRROR));
        redirects.follow(301, Optional.of("https://151.101.1.1/a"));
        assertThatThrownBy(() -> redirects.follow(301, Optional.of("https://127.0.0.1/a")))
                .hasMessageContaining("on this host");
        assertThatThrownBy(() -> redirects.follow(301, Optional.of("http://151.101.1.1/a")))
                .hasMessageContaining("expected an https address, as before");
    }

    /** Whatever network they are in: a server on them may be for this host alone. */
    @Test
    void allAddressesOfThisHostAreOnThisHost() throws Exception {
        List<InetAddress> own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress())
                .toList();
        for (InetAddress address : own) {
            assertThat(Reach.of(address)).as("%s", address).isEqualTo(Reach.HOST);
        }
    }
}
