// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.ldso.hint.HintGroup;
import java.util.List;
import java.util.Map;

/**
 * Files of one kind that the extracted programs may open at run time and that were not asked for.
 *
 * @param entries files, libraries and whole directories
 */
public record RuntimeGroup(HintGroup group, int entries) {
    static List<RuntimeGroup> listOf(Map<HintGroup, Integer> entries) {
        return entries.entrySet().stream()
                .map(entry -> new RuntimeGroup(entry.getKey(), entry.getValue()))
                .toList();
    }
}
