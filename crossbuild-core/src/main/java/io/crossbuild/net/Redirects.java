// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.DownloadException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;

/**
 * Where a server's answer leads. A mirror may not make this host ask a server that the mirror itself cannot be trusted
 * to know: one on this host, on its network link or in a private network, unless the mirror is at least as near.
 */
final class Redirects {
    private static final Set<Integer> STATUSES = Set.of(301, 302, 303, 307, 308);
    private static final int MOST = 5;

    private final URI first;
    private URI at;
    private int count;

    /** @param first the address that was asked for */
    Redirects(URI first) {
        this.first = first;
        this.at = first;
    }

    static boolean isOne(int status) {
        return STATUSES.contains(status);
    }

    /**
     * The next address to ask.
     *
     * @param location the answer's Location
     * @throws DownloadException when it must not be asked
     */
    URI follow(int status, Optional<String> location) throws DownloadException {
        if (location.isEmpty()) {
            throw refused("status " + status + " without an address (expected 200)");
        }
        if (++count > MOST) {
            throw refused("more than " + MOST + " redirections (expected the file)");
        }
        URI next = resolve(location.get());
        boolean secure = "https".equalsIgnoreCase(next.getScheme());
        if ((!secure && !"http".equalsIgnoreCase(next.getScheme())) || next.getHost() == null) {
            throw refused("it redirects to '" + next + "' (expected an http or https address)");
        }
        if (!secure && "https".equalsIgnoreCase(at.getScheme())) {
            throw refused("it redirects to '" + next + "' (expected an https address, as before)");
        }
        checkReach(next);
        at = next;
        return next;
    }

    private URI resolve(String location) throws DownloadException {
        try {
            return at.resolve(location);
        } catch (IllegalArgumentException e) {
            throw refused("it redirects to '" + location + "' (expected an http or https address)");
        }
    }

    private void checkReach(URI next) throws DownloadException {
        if (next.getHost().equalsIgnoreCase(first.getHost())) {
            return;
        }
        Reach reach;
        try {
            reach = Reach.of(next);
        } catch (UnknownHostException e) {
            // A proxy may know it; without one the request fails.
            return;
        }
        if (reach != Reach.INTERNET && reach.compareTo(ofFirst()) > 0) {
            throw refused("it redirects to '" + next + "', which is " + reach.words()
                    + " (expected a server on the Internet, or one as near as the mirror)");
        }
    }

    private Reach ofFirst() {
        try {
            return Reach.of(first);
        } catch (UnknownHostException e) {
            return Reach.INTERNET;
        }
    }

    private DownloadException refused(String found) {
        return new DownloadException(
                first, "Cannot download '" + first + "': " + found, AdviceKey.OTHER_MIRROR.advice(), false, null);
    }
}
