// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.dpkg.InstalledPackage;
import io.crossbuild.dpkg.PackageDatabase;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The packages of the guest that planned files belong to. */
final class FileOwners {
    private FileOwners() {}

    /** By canonical guest path; empty for a guest without a database of packages. */
    static Map<String, InstalledPackage> of(FileTree tree, TargetPlan plan, BuildListener listener)
            throws IOException, CrossbuildException {
        List<String> paths = new ArrayList<>();
        for (PlannedFile file : plan.files()) {
            if (!file.node().isDirectory() && !(file.node() instanceof GeneratedFile)) {
                paths.add(file.guest());
            }
        }
        try {
            Optional<PackageDatabase> database = PackageDatabase.open(tree);
            return database.isEmpty() ? Map.of() : database.get().owners(paths);
        } catch (MalformedInputException e) {
            listener.onEvent(new BuildEvent.Warning(
                    "The manifest names no packages, as the guest's list of them is damaged: " + e.getMessage(), null));
            return Map.of();
        }
    }
}
