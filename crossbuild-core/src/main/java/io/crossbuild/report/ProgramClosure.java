// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.report;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.closure.Hint;
import io.crossbuild.closure.InstalledPackage;
import io.crossbuild.closure.RuleFile;
import java.util.List;
import java.util.Map;

/**
 * What a loader opens for a program and its addons, with what is known about the files.
 *
 * @param request what was resolved
 * @param closure what came of it
 * @param secure whether the program runs with more rights than its caller, so that the loader ignores most of its
 *     environment
 * @param owners the packages of files and links, by canonical path; without files that belong to no package
 * @param bytes the sizes of files, by canonical path
 * @param hints what else may be opened at run time
 * @param withRules the closure with what crossbuild's rules bring, and what that needs; the same if there are no rules
 * @param ruleFiles the files that rules bring
 */
public record ProgramClosure(
        ClosureRequest request,
        Closure closure,
        boolean secure,
        Map<String, InstalledPackage> owners,
        Map<String, Long> bytes,
        List<Hint> hints,
        Closure withRules,
        List<RuleFile> ruleFiles) {
    public ProgramClosure {
        owners = Map.copyOf(owners);
        bytes = Map.copyOf(bytes);
        hints = List.copyOf(hints);
        ruleFiles = List.copyOf(ruleFiles);
    }
}
