// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.util.List;

/**
 * What a verification of the store found.
 *
 * @param sound what is as it was written
 * @param damaged what is not
 * @param dropped saved machines, which are removed rather than read: booting a new one takes no longer
 */
public record StoreReport(List<StoreItem> sound, List<Damaged> damaged, List<StoreItem> dropped) {
    public StoreReport {
        sound = List.copyOf(sound);
        damaged = List.copyOf(damaged);
        dropped = List.copyOf(dropped);
    }

    /**
     * Something that is damaged.
     *
     * @param item the thing
     * @param damage what is wrong with which file
     * @param removed whether it was removed; false for what a running build is based on
     */
    public record Damaged(StoreItem item, String damage, boolean removed) {}
}
