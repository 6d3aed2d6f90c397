// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ssh;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A connection to the guest that was not made, was lost, or did not do something in time. */
public final class SshException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Reason {
        /** There is no connection: refused, of another host than expected, or not ready in time. */
        NOT_CONNECTED,
        /** There was a connection and it ended before the command did. */
        CONNECTION_LOST,
        /** The command had not ended by its deadline. The connection may still be of use. */
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
