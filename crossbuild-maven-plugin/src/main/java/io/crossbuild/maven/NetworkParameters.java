// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.spec.HostRule;
import io.crossbuild.spec.NetworkMode;
import io.crossbuild.spec.NetworkOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parameters about what a guest can reach, as written in a POM. */
record NetworkParameters(
        @Nullable String network,
        @Nullable List<String> allowHosts,
        @Nullable List<String> onlyHosts) {

    /** The network; errors are added to the parameters' problems. */
    NetworkOptions options(Parameters parameters) {
        NetworkMode mode = parameters
                .parsed("network", NetworkMode::parse, "lan, internet, none or full", network)
                .orElse(NetworkMode.LAN);
        List<HostRule> allow = rules(parameters, "allowHosts", allowHosts, mode);
        List<HostRule> only = rules(parameters, "onlyHosts", onlyHosts, mode);
        return new NetworkOptions(mode, allow, only);
    }

    private static List<HostRule> rules(
            Parameters parameters, String name, @Nullable List<String> ofPom, NetworkMode mode) {
        List<String> given = parameters.listFromCommandLine(name);
        List<HostRule> rules = new ArrayList<>();
        for (String text : given != null ? given : ofPom == null ? List.<String>of() : ofPom) {
            if (text == null || text.isBlank()) {
                continue;
            }
            Optional<HostRule> rule = HostRule.parse(text.strip());
            rule.ifPresent(rules::add);
            if (rule.isEmpty()) {
                parameters.wrong(name, "'" + text.strip() + "' (expected " + HostRule.EXPECTED + ")", null);
            }
        }
        if (!rules.isEmpty() && (mode == NetworkMode.NONE || mode == NetworkMode.FULL)) {
            parameters.wrong(
                    name, "lists hosts, but network is '" + mode.text() + "' (expected lan or internet)", null);
        }
        return rules;
    }
}
