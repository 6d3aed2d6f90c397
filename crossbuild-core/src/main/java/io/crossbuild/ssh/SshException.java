// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ssh;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A connection to the guest could not be made, was lost, or did not respond in time. */
public final class SshException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Reason {
        /** There is no connection: it was refused, the host is not the expected one, or it was not ready in time. */
        NOT_CONNECTED,
        /** The connection ended before the command did. */
        CONNECTION_LOST,
        /** The command did not end by its deadline. The connection may still be usable. */
        TIMED_OUT
    }

    private final Reason reason;

    SshException(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
