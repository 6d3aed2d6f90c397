// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import io.crossbuild.spec.AddressRange;
import java.util.List;
import java.util.stream.Stream;

/** IPv4 addresses that are not those of any host on the Internet; as numbers in network order. */
public final class SpecialRanges {
    /** "This network", loopback, multicast and reserved addresses, broadcast (RFC 6890). */
    private static final List<AddressRange> NO_HOST = ranges("0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4");

    /** RFC 3927, and the addresses at which clouds tell a machine its secrets: AWS and others, Azure, Alibaba, Oracle. */
    private static final List<AddressRange> LINK_LOCAL =
            ranges("169.254.0.0/16", "168.63.129.16", "100.100.100.200", "192.0.0.192");

    /** RFC 1918, RFC 6598, RFC 6890, RFC 2544. */
    private static final List<AddressRange> PRIVATE =
            ranges("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15");

    private SpecialRanges() {}

    private static List<AddressRange> ranges(String... texts) {
        return Stream.of(texts).map(AddressRange::of).toList();
    }

    /** Whether it is not the address of a single other host. */
    public static boolean isNoHost(int address) {
        return isIn(NO_HOST, address);
    }

    /** Whether it is on the local network link, or of a cloud's metadata. */
    public static boolean isLinkLocal(int address) {
        return isIn(LINK_LOCAL, address);
    }

    /** Whether it is in a private network; some metadata addresses are, too. */
    public static boolean isPrivate(int address) {
        return isIn(PRIVATE, address);
    }

    private static boolean isIn(List<AddressRange> ranges, int address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }
}
