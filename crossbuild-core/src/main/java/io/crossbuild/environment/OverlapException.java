// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import io.crossbuild.error.CrossbuildException;

/** Two packages contain the same path. */
final class OverlapException extends CrossbuildException {
    private static final long serialVersionUID = 1L;

    OverlapException(String path) {
        super("Two packages contain '" + path + "'");
    }
}
