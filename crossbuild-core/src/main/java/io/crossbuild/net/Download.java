// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import io.crossbuild.io.Sha256;
import java.net.URI;
import java.nio.file.Path;

/**
 * A file to fetch, with content that is known in advance.
 *
 * @param target where to put it; its directory must exist, an existing file is replaced
 */
public record Download(URI uri, Path target, long sizeBytes, Sha256 digest) {
    public Download {
        if (sizeBytes < 0) {
            throw new IllegalArgumentException("negative size " + sizeBytes);
        }
    }
}
