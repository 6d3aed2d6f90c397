// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.plan;

import io.crossbuild.tree.FileNode;

/**
 * One file, link or directory to be made.
 *
 * @param target its path below the target root, without a leading "/"
 * @param guest its canonical path in the guest, not followed
 * @param home whether it lands relative to the guest's /root and not to its root
 */
public record PlannedFile(String target, String guest, boolean home, FileNode node, ExtractionReason reason) {
    /** Whether the extraction makes its content and the guest does not have it in this form. */
    public boolean isGenerated() {
        return node instanceof GeneratedFile;
    }

    PlannedFile withTarget(String newTarget) {
        return new PlannedFile(newTarget, guest, home, node, reason);
    }
}
