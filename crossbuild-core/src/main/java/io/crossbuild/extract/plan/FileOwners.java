// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.plan;

import io.crossbuild.closure.InstalledPackage;
import io.crossbuild.dpkg.PackageDatabase;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The packages of the guest to which planned files belong. */
public final class FileOwners {
    private final FileTree tree;
    private final Map<String, FileNode> files = new LinkedHashMap<>();
    private volatile @Nullable String damage;

    /** @param plan a finished plan; generated files have no owner */
    public FileOwners(FileTree tree, TargetPlan plan) {
        this.tree = tree;
        for (PlannedFile file : plan.files()) {
            if (!file.node().isDirectory() && !file.isGenerated()) {
                files.put(file.guest(), file.node());
            }
        }
    }

    /** By canonical guest path; empty for a guest without a database of packages, or with a damaged one. */
    public Map<String, InstalledPackage> find() throws IOException, CrossbuildException {
        try {
            Optional<PackageDatabase> database = PackageDatabase.open(tree);
            return database.isEmpty() ? Map.of() : database.get().owners(files);
        } catch (MalformedInputException e) {
            damage = String.valueOf(e.getMessage());
            return Map.of();
        }
    }

    /** Warns of a damaged database; to be called after {@link #find}. */
    public void warn(BuildListener listener) {
        if (damage != null) {
            listener.onEvent(new Warning.PackagesUnknown(damage));
        }
    }
}
