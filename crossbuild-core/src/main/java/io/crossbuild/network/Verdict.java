// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import io.crossbuild.event.Warning.ConnectionBlocked.Place;
import java.util.Optional;

/**
 * What happens to a frame.
 *
 * @param passes whether it reaches the network
 * @param answered if not, whether the guest is told, so that its program fails at once
 * @param place if the user is told, what the guest tried to reach
 */
record Verdict(boolean passes, boolean answered, Optional<Place> place) {
    static final Verdict PASSED = new Verdict(true, false, Optional.empty());
    /** What no program asked for, or what is not understood. */
    static final Verdict IGNORED = new Verdict(false, false, Optional.empty());
    /** What the user wanted to be refused. */
    static final Verdict REFUSED = new Verdict(false, true, Optional.empty());

    static Verdict blocked(Place place) {
        return new Verdict(false, true, Optional.of(place));
    }
}
