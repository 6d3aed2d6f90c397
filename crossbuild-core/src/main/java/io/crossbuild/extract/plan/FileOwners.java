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
    private final RealPath real;
    private final Map<String, FileNode> files = new LinkedHashMap<>();
    private volatile @Nullable String damage;

    /** Where the file of a planned path is in the guest. */
    @FunctionalInterface
    public interface RealPath {
        /** The path as a package has it. */
        String of(String guest) throws IOException, CrossbuildException;
    }

    /** @param plan a finished plan; generated files have no owner */
    public FileOwners(FileTree tree, TargetPlan plan, RealPath real) {
        this.tree = tree;
        this.real = real;
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
            return database.isEmpty() ? Map.of() : owners(database.get());
        } catch (MalformedInputException e) {
            damage = String.valueOf(e.getMessage());
            return Map.of();
        }
    }

    private Map<String, InstalledPackage> owners(PackageDatabase database) throws IOException, CrossbuildException {
        Map<String, FileNode> asOwned = new LinkedHashMap<>();
        Map<String, String> moved = new LinkedHashMap<>();
        for (Map.Entry<String, FileNode> file : files.entrySet()) {
            String path = real.of(file.getKey());
            asOwned.put(path, file.getValue());
            if (!path.equals(file.getKey())) {
                moved.put(file.getKey(), path);
            }
        }
        Map<String, InstalledPackage> owners = database.owners(asOwned);
        if (moved.isEmpty()) {
            return owners;
        }
        Map<String, InstalledPackage> all = new LinkedHashMap<>(owners);
        moved.forEach((guest, path) -> {
            InstalledPackage owner = owners.get(path);
            if (owner != null) {
                all.put(guest, owner);
            }
        });
        return all;
    }

    /** Warns of a damaged database; to be called after {@link #find}. */
    public void warn(BuildListener listener) {
        if (damage != null) {
            listener.onEvent(new Warning.PackagesUnknown(damage));
        }
    }
}
