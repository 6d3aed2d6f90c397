// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A requirement on a set of packages.
 *
 * @param by the package that needs it; null for a request
 * @param meeting the packages that meet it
 * @param open the packages among them that may still be chosen, the preferred first
 */
record Clause(
        @Nullable BinaryPackage by, Dependency dependency, List<BinaryPackage> meeting, List<BinaryPackage> open) {
    static Clause of(@Nullable BinaryPackage by, Dependency dependency, List<BinaryPackage> meeting) {
        return new Clause(by, dependency, meeting, meeting);
    }

    Clause without(BinaryPackage one) {
        return new Clause(
                by,
                dependency,
                meeting,
                open.stream().filter(c -> !c.equals(one)).toList());
    }
}
