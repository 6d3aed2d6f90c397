// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.util.List;

/**
 * What programs in a guest may reach. Start with {@link #DEFAULTS}.
 *
 * @param mode decides when no host is listed
 * @param allowHosts what they may reach in addition
 * @param onlyHosts if not empty, what they may reach instead of what the mode allows
 */
public record NetworkOptions(NetworkMode mode, List<HostRule> allowHosts, List<HostRule> onlyHosts) {
    /** {@link NetworkMode#LAN}, and no hosts listed. */
    public static final NetworkOptions DEFAULTS = new NetworkOptions(NetworkMode.LAN, List.of(), List.of());

    public NetworkOptions {
        allowHosts = List.copyOf(allowHosts);
        onlyHosts = List.copyOf(onlyHosts);
    }

    /** The same with a different mode. */
    public NetworkOptions withMode(NetworkMode value) {
        return new NetworkOptions(value, allowHosts, onlyHosts);
    }

    /** The same with hosts that may be reached in addition. */
    public NetworkOptions withAllowHosts(List<HostRule> value) {
        return new NetworkOptions(mode, value, onlyHosts);
    }

    /** The same with the only hosts that may be reached; with an empty list, the mode decides. */
    public NetworkOptions withOnlyHosts(List<HostRule> value) {
        return new NetworkOptions(mode, allowHosts, value);
    }
}
