// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import io.crossbuild.spec.AddressRange;

/** The addresses of QEMU's user network (docs/system/devices/net.rst in QEMU). */
public final class UserNetwork {
    /** The network card of every guest. */
    public static final String GUEST_HARDWARE_TEXT = "52:54:00:12:34:56";

    /** The host, more precisely its loopback interface. */
    public static final String GATEWAY_TEXT = "10.0.2.2";

    public static final String NAME_SERVER_TEXT = "10.0.2.3";

    static final long GUEST_HARDWARE = 0x525400123456L;
    /** That of the gateway (special_ethaddr in libslirp's slirp.c). */
    static final long GATEWAY_HARDWARE = 0x52550A000202L;

    /** All its addresses lead to the host's loopback interface in some versions of libslirp. */
    static final AddressRange RANGE = AddressRange.of("10.0.2.0/24");

    static final int GATEWAY = AddressRange.of(GATEWAY_TEXT).first();
    static final int NAME_SERVER = AddressRange.of(NAME_SERVER_TEXT).first();
    static final int GUEST = AddressRange.of("10.0.2.15").first();
    static final int DNS_PORT = 53;
    /** The guest's only server: its port is forwarded for a shell. */
    static final int SSH_PORT = 22;

    private UserNetwork() {}
}
