// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.plan;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.KnownPaths;
import io.crossbuild.tree.SystemDirectories;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The texts of the links in the target root. A link that means the same there keeps its text. Absolute links, links
 * that climb out of the tree, and links from the guest's /root to elsewhere are rewritten relative to their new place,
 * so that no link leads out of the target root.
 */
public final class LinkTexts {
    private final FileTree tree;
    private final KnownPaths paths;
    private final TargetPaths targetPaths;
    private final TargetPlan plan;
    private final UnaryOperator<String> places;
    private final List<String> dangling = new ArrayList<>();

    /** @param places see {@link TargetPlan#linkTexts} */
    LinkTexts(FileTree tree, TargetPaths targetPaths, TargetPlan plan, UnaryOperator<String> places) {
        this.tree = tree;
        this.paths = new KnownPaths(tree);
        this.targetPaths = targetPaths;
        this.plan = plan;
        this.places = places;
    }

    /** Links that lead to something in the guest that is not extracted, by path in the target root. */
    public List<String> dangling() {
        return List.copyOf(dangling);
    }

    /**
     * The text of a link.
     *
     * @throws CrossbuildException when the guest's file system is damaged
     */
    public String of(PlannedFile link) throws IOException, CrossbuildException {
        String stored = tree.linkTarget(link.node());
        String directory = TreePaths.parent(link.guest());
        String from = places.apply(parent(link.target()));
        String joined = stored.startsWith("/") ? stored : directory + "/" + stored;
        KnownPaths.@Nullable Place place = paths.findNoFollow(joined).orElse(null);
        String meant = place == null ? TargetPaths.normalized(joined) : place.path();
        boolean unmoved = from.equals(parent(link.target()))
                && parent(link.target()).equals(targetPaths.of(directory, link.home()));
        String target = target(meant, link.home());
        if (plan.at(target).isEmpty() && !target.isEmpty() && leadsSomewhere(link)) {
            dangling.add(link.target());
        }
        if (!stored.startsWith("/") && (unmoved ? staysInside(link, stored) : !stored.contains(".."))) {
            return stored;
        }
        return relative(from, place(target));
    }

    /** Not for a link that leads to nothing in the guest either, or to what each place that runs programs has. */
    private boolean leadsSomewhere(PlannedFile link) throws IOException, CrossbuildException {
        KnownPaths.@Nullable Place place = paths.find(link.guest()).orElse(null);
        return place != null && !SystemDirectories.isVolatile(place.path()) && !plan.isLeftOut(place.path());
    }

    /** The place of a guest path in the target root, whether or not it is extracted. */
    private String target(String guest, boolean home) {
        String first = targetPaths.of(guest, home);
        String second = targetPaths.of(guest, !home);
        return plan.at(first).isEmpty() && plan.at(second).isPresent() ? second : first;
    }

    private String place(String target) {
        if (target.isEmpty()) {
            return "";
        }
        String directory = places.apply(parent(target));
        String name = TreePaths.name(target);
        return directory.isEmpty() ? name : directory + "/" + name;
    }

    /** Whether each directory through which the text leads is in the same part of the target root as the link. */
    private boolean staysInside(PlannedFile link, String text) throws IOException, CrossbuildException {
        Deque<String> rest = new ArrayDeque<>(List.of(text.split("/")));
        String at = TreePaths.parent(link.guest());
        boolean straight = true;
        boolean home = link.home() && targetPaths.isHome(at);
        while (!rest.isEmpty()) {
            String name = rest.pop();
            if (name.isEmpty() || name.equals(".")) {
                continue;
            }
            if (name.equals("..")) {
                // After a link or a missing directory, ".." may have a different meaning in the target root.
                if (at.equals("/") || !straight || (home && !targetPaths.isBelowHome(at))) {
                    return false;
                }
                at = TreePaths.parent(at);
            } else if (rest.isEmpty()) {
                at = TreePaths.join(at, name);
            } else {
                String next = TreePaths.join(at, name);
                at = canonical(next);
                straight &= at.equals(next);
                at = at.isEmpty() ? next : at;
            }
            if (home && !targetPaths.isHome(at)) {
                return false;
            }
        }
        return true;
    }

    /** Empty for a path that leads to nothing. */
    private String canonical(String path) throws IOException, CrossbuildException {
        Optional<KnownPaths.Place> directory = paths.directory(path);
        Optional<KnownPaths.Place> place = directory.isPresent() ? directory : paths.find(path);
        return place.isPresent() ? place.get().path() : "";
    }

    private static String parent(String target) {
        int slash = target.lastIndexOf('/');
        return slash < 0 ? "" : target.substring(0, slash);
    }

    /** The relative path from a directory to a file, both given relative to the same root and without links. */
    static String relative(String directory, String file) {
        List<String> from = directory.isEmpty() ? List.of() : List.of(directory.split("/"));
        List<String> to = file.isEmpty() ? List.of() : List.of(file.split("/"));
        int common = 0;
        while (common < Math.min(from.size(), to.size()) && from.get(common).equals(to.get(common))) {
            common++;
        }
        List<String> way = new ArrayList<>();
        for (int i = common; i < from.size(); i++) {
            way.add("..");
        }
        way.addAll(to.subList(common, to.size()));
        return way.isEmpty() ? "." : String.join("/", way);
    }
}
