// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.error.ConfigException;
import java.util.List;

/** The names that an extraction uses itself in a target root. */
final class ReservedNames {
    static final String DIRECTORY = ".crossbuild";
    static final String RUN_CONFIGURATION = "run.json";

    private ReservedNames() {}

    /** @throws ConfigException when the guest brings one of them along */
    static void check(TargetPlan plan) throws ConfigException {
        for (PlannedFile file : plan.files()) {
            String target = file.target();
            String folded = NameCheck.fold(target);
            if (folded.equals(RUN_CONFIGURATION) || folded.equals(DIRECTORY) || folded.startsWith(DIRECTORY + "/")) {
                throw new ConfigException(
                        "the configuration",
                        List.of("'" + file.guest() + "' of the guest would become '" + target
                                + "', which crossbuild writes itself"),
                        "Leave it out, or let a line of build.txt rename it");
            }
        }
    }
}
