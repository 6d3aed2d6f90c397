// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/** From where an address can be reached, from everywhere to this host alone. */
enum Reach {
    INTERNET("on the Internet"),
    /** RFC 1918, RFC 6598, RFC 4193. */
    PRIVATE("in a private network"),
    /** RFC 3927, RFC 4291: also where clouds have their metadata. */
    LINK("on the local network link"),
    /** RFC 1122, RFC 4291; also addresses that are not of a single host. */
    HOST("on this host");

    private final String words;

    Reach(String words) {
        this.words = words;
    }

    /** Such as "on this host". */
    String words() {
        return words;
    }

    /**
     * The narrowest reach of a server's addresses.
     *
     * @throws UnknownHostException when its name is not known here; a proxy may know it
     */
    static Reach of(URI uri) throws UnknownHostException {
        String host = String.valueOf(uri.getHost());
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        Reach narrowest = INTERNET;
        for (InetAddress address : InetAddress.getAllByName(name)) {
            Reach reach = of(address);
            narrowest = reach.compareTo(narrowest) > 0 ? reach : narrowest;
        }
        return narrowest;
    }

    static Reach of(InetAddress address) {
        if (address.isLoopbackAddress() || address.isAnyLocalAddress() || address.isMulticastAddress()) {
            return HOST;
        }
        if (address.isLinkLocalAddress()) {
            return LINK;
        }
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xFF;
        int second = bytes[1] & 0xFF;
        if (address instanceof Inet4Address) {
            if (first == 0 || first == 127 || first >= 240) {
                return HOST;
            }
            boolean shared = first == 100 && second >= 64 && second < 128;
            return address.isSiteLocalAddress() || shared ? PRIVATE : INTERNET;
        }
        return address instanceof Inet6Address && ((first & 0xFE) == 0xFC || address.isSiteLocalAddress())
                ? PRIVATE
                : INTERNET;
    }
}
