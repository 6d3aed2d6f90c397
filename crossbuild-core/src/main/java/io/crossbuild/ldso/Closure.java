// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import java.util.List;

/**
 * Every file that a program and its addons need to be started and opened, and what stands in the way.
 *
 * @param files in the order of opening, each path once
 * @param requests every question asked to the loader, with its answer
 * @param missing names that no file was found for
 * @param conflicts names that addons bring different files for
 * @param problems why a program would not start or an addon not open; missing files are among them
 * @param skipped addons that were left out
 * @param linkMaps what the loader holds, for the program and then for each addon
 */
public record Closure(
        List<OpenedFile> files,
        List<Request> requests,
        List<MissingFile> missing,
        List<SonameConflict> conflicts,
        List<StartProblem> problems,
        List<SkippedFile> skipped,
        List<LinkMap> linkMaps) {
    public Closure {
        files = List.copyOf(files);
        requests = List.copyOf(requests);
        missing = List.copyOf(missing);
        conflicts = List.copyOf(conflicts);
        problems = List.copyOf(problems);
        skipped = List.copyOf(skipped);
        linkMaps = List.copyOf(linkMaps);
    }
}
