// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import java.nio.file.Path;

/**
 * A range of the bytes of a host file that stays as it is while it is in use.
 *
 * @param offset of the first byte
 */
public record FileSlice(Path file, long offset, long lengthBytes) {
    public FileSlice {
        if (offset < 0 || lengthBytes < 0 || offset + lengthBytes < 0) {
            throw new IllegalArgumentException("no such range: " + offset + "+" + lengthBytes);
        }
    }
}
