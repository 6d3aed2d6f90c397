// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.plan;

import io.crossbuild.tree.FileNode;

/**
 * A file, link or directory to be extracted.
 *
 * @param target its path below the target root, without a leading "/"
 * @param guest its canonical path in the guest; a link itself is not followed
 * @param home whether its target is relative to the guest's /root instead of its root
 */
public record PlannedFile(String target, String guest, boolean home, FileNode node, ExtractionReason reason) {
    /** Whether its content is generated instead of copied from the guest. */
    public boolean isGenerated() {
        return node instanceof GeneratedFile;
    }

    PlannedFile withTarget(String newTarget) {
        return new PlannedFile(newTarget, guest, home, node, reason);
    }
}
