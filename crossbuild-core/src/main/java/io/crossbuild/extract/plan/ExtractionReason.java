// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.plan;

import org.jspecify.annotations.Nullable;

/**
 * Why a file is extracted.
 *
 * @param requester the guest path of the file that needs it; null when the configuration names it
 * @param name the name by which it was requested
 * @param rule the key of the configuration, or the loader's rule
 */
public record ExtractionReason(@Nullable String requester, String name, String rule) {
    /** The rule for what a link in a directory leads to. */
    static final String LINK = "link";

    /** Whether it is part of a directory that the configuration names, but is not named itself. */
    boolean isOfDirectory() {
        return rule.equals(Selected.Key.DIRS.text()) || rule.equals(Selected.Key.MAP_DIRS.text()) || isOfLink();
    }

    /** Whether only a link in a directory leads to it. */
    public boolean isOfLink() {
        return rule.equals(LINK);
    }
}
