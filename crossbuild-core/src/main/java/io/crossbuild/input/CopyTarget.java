// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.input;

import io.crossbuild.spec.InputSpec;
import io.crossbuild.tree.RootLogin;

/**
 * Where a source is copied to.
 *
 * @param directory the guest directory in which to unpack
 * @param name the name of the source there; empty for the content of a directory
 */
record CopyTarget(String directory, String name) {
    static CopyTarget of(InputSpec spec, boolean sourceIsDirectory) {
        String destination = spec.destination().equals("~") ? "~/" : spec.destination();
        String path = RootLogin.expand(destination);
        if (path.matches("(?s)(.*/)?(\\.|\\.\\.)?")) {
            return new CopyTarget(path, HostSource.lastName(spec.source()));
        }
        if (sourceIsDirectory) {
            return new CopyTarget(path, "");
        }
        int slash = path.lastIndexOf('/');
        return new CopyTarget(slash < 0 ? "." : path.substring(0, slash + 1), path.substring(slash + 1));
    }
}
