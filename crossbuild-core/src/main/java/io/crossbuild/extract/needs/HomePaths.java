// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.needs;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.extract.plan.Selected;
import io.crossbuild.extract.plan.TargetPaths;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Whether the target of an opened path is relative to the guest's /root: if a relative path of the configuration, or the
 * path to which its links lead, has the most directories in common with it. So the libraries of a project in /root stay
 * next to the project, and files that were selected by absolute paths stay where they are.
 */
final class HomePaths implements Predicate<String> {
    private final List<Place> relative = new ArrayList<>();
    private final List<Place> absolute = new ArrayList<>();

    private record Place(List<String> names, boolean program) {}

    /** @param tree in which selected paths may be links */
    HomePaths(FileTree tree, List<Selected> selected) throws IOException, CrossbuildException {
        for (Selected one : selected) {
            add(one, one.guest());
            if (TreePaths.resolve(tree, one.guest()) instanceof TreePaths.Found found
                    && !found.path().equals(one.guest())) {
                add(one, found.path());
            }
        }
    }

    private void add(Selected one, String path) {
        Place place = new Place(names(path), one.key() == Selected.Key.PROGRAM);
        if (one.home()) {
            relative.add(place);
        } else if (path.startsWith(TargetPaths.HOME + "/")) {
            absolute.add(place);
        }
    }

    @Override
    public boolean test(String path) {
        if (relative.isEmpty() || !path.startsWith(TargetPaths.HOME + "/")) {
            return false;
        }
        if (absolute.isEmpty()) {
            return true;
        }
        List<String> names = names(path);
        return closeness(relative, names) >= closeness(absolute, names);
    }

    /** Twice the number of directories in common, one more for the program: its own libraries come with it. */
    private static int closeness(List<Place> places, List<String> names) {
        int most = 0;
        for (Place place : places) {
            int common = 0;
            while (common < Math.min(names.size(), place.names().size())
                    && names.get(common).equals(place.names().get(common))) {
                common++;
            }
            most = Math.max(most, 2 * common + (place.program() ? 1 : 0));
        }
        return most;
    }

    private static List<String> names(String path) {
        List<String> names = new ArrayList<>();
        for (String name : path.split("/")) {
            if (name.equals("..") && !names.isEmpty()) {
                names.remove(names.size() - 1);
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.add(name);
            }
        }
        return names;
    }
}
