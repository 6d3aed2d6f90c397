// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.extract.plan.LinkTexts;
import io.crossbuild.extract.plan.PlannedFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All files of an extraction with their places, and the targets of those that have no content of their own.
 *
 * @param placements a directory comes before its content
 * @param hardLinks maps the target path of each further name of a file to that of its first name
 * @param texts the text of each link, by target path
 */
record PlacedFiles(List<Placement> placements, Map<String, String> hardLinks, Map<String, String> texts) {

    static PlacedFiles of(List<Placement> placements, LinkTexts links) throws IOException, CrossbuildException {
        Map<Long, String> first = new HashMap<>();
        Map<String, String> hardLinks = new LinkedHashMap<>();
        Map<String, String> texts = new LinkedHashMap<>();
        for (Placement placement : placements) {
            PlannedFile file = placement.file();
            if (file.node().isRegular() && file.node().links() > 1) {
                String old = first.putIfAbsent(file.node().id(), file.target());
                if (old != null) {
                    hardLinks.put(file.target(), old);
                }
            } else if (file.node().isSymlink()) {
                texts.put(file.target(), links.of(file));
            }
        }
        return new PlacedFiles(placements, hardLinks, texts);
    }

    /** The regular files, each by its first name. */
    List<Placement> withContent() {
        return placements.stream()
                .filter(p -> p.file().node().isRegular())
                .filter(p -> !hardLinks.containsKey(p.file().target()))
                .toList();
    }
}
