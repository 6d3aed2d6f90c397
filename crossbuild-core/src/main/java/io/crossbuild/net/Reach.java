// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import io.crossbuild.network.SpecialRanges;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** From where an address can be reached, from everywhere to this host alone. */
enum Reach {
    INTERNET("on the Internet"),
    /** RFC 1918, RFC 6598, RFC 6890, RFC 2544, RFC 4193. */
    PRIVATE("in a private network"),
    /** RFC 3927, RFC 4291: where clouds have their metadata, and other addresses at which some have it. */
    LINK("on the local network link"),
    /** RFC 1122, RFC 4291, its interfaces' addresses; also addresses that are not of a single host. */
    HOST("on this host");

    /** Prefixes of IPv6 addresses that lead to the IPv4 address after them: NAT64 (RFC 6052), 6to4 (RFC 3056). */
    private static final byte[] TRANSLATED = {0, 0x64, (byte) 0xFF, (byte) 0x9B, 0, 0, 0, 0, 0, 0, 0, 0};

    private static final byte[] TUNNELLED = {0x20, 0x02};

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

    static Reach of(InetAddress address) throws UnknownHostException {
        if (address.isLoopbackAddress()
                || address.isAnyLocalAddress()
                || address.isMulticastAddress()
                || isOwn(address)) {
            return HOST;
        }
        if (address.isLinkLocalAddress()) {
            return LINK;
        }
        byte[] bytes = address.getAddress();
        if (address instanceof Inet4Address) {
            int number = ByteBuffer.wrap(bytes).getInt();
            if (SpecialRanges.isNoHost(number)) {
                return HOST;
            }
            return SpecialRanges.isLinkLocal(number) ? LINK : SpecialRanges.isPrivate(number) ? PRIVATE : INTERNET;
        }
        int first = bytes[0] & 0xFF;
        boolean near = (first & 0xFE) == 0xFC || (address instanceof Inet6Address && address.isSiteLocalAddress());
        int inside = startsWith(bytes, TRANSLATED) ? TRANSLATED.length : startsWith(bytes, TUNNELLED) ? 2 : -1;
        if (near || inside < 0) {
            return near ? PRIVATE : INTERNET;
        }
        return of(InetAddress.getByAddress(Arrays.copyOfRange(bytes, inside, inside + Integer.BYTES)));
    }

    /** Programs of this host may listen on all of its addresses, and a firewall protects them from others only. */
    private static boolean isOwn(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException e) {
            return false;
        }
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }
}
