// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qmp;

import java.io.IOException;

/** An answer or an event did not arrive in time. */
public final class QmpTimeoutException extends IOException {
    private static final long serialVersionUID = 1L;

    QmpTimeoutException(String message) {
        super(message);
    }
}
