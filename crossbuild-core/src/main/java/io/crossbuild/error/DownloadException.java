// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** A transfer that failed, or that was not started because the build is offline. */
public final class DownloadException extends CrossbuildException {
    private static final long serialVersionUID = 1L;

    private final URI uri;
    private final boolean retryWorthy;

    /**
     * A failed transfer.
     *
     * @param uri the requested address
     * @param message in the form of {@link CrossbuildException}
     * @param advice what the user can do; null if nothing is known
     * @param retryWorthy whether the same request may succeed later
     * @param cause null if there is none, such as for an unexpected status
     */
    public DownloadException(
            URI uri, String message, @Nullable Advice advice, boolean retryWorthy, @Nullable Throwable cause) {
        super(message, advice, cause);
        this.uri = uri;
        this.retryWorthy = retryWorthy;
    }

    /** The requested address. */
    public URI uri() {
        return uri;
    }

    /** Whether the same request may succeed later: a timeout or a 5xx status, not a 404. */
    public boolean isRetryWorthy() {
        return retryWorthy;
    }
}
