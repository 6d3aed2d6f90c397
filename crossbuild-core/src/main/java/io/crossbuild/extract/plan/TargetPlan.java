// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.plan;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.Warning.LinkedDirectoriesLeftOut;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Every file that will be in the target root, by its path there. A directory always comes before its content; no path
 * leads through a link.
 */
public final class TargetPlan {
    private final FileTree tree;
    private final TargetPaths targetPaths;
    private final int maxFiles;
    private final TreeMap<String, PlannedFile> files = new TreeMap<>();
    private final List<PlannedFile> replacedLinks = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private final Set<String> leftOut = new HashSet<>();

    /** @param maxFiles how many files it may have: a damaged image may claim any number */
    TargetPlan(FileTree tree, TargetPaths targetPaths, int maxFiles) {
        this.tree = tree;
        this.targetPaths = targetPaths;
        this.maxFiles = maxFiles;
    }

    /** Ordered by path. */
    public Collection<PlannedFile> files() {
        return Collections.unmodifiableCollection(files.values());
    }

    /** What is planned for a path below the target root. */
    public Optional<PlannedFile> at(String target) {
        return Optional.ofNullable(files.get(target));
    }

    /** Notes directories that are left out, about which the user is told. */
    void leftOut(List<LinkedDirectoriesLeftOut.Linked> directories) {
        directories.forEach(d -> leftOut.add(d.target()));
    }

    /** Whether a canonical guest path is a directory that is left out, about which the user is told. */
    boolean isLeftOut(String guest) {
        return leftOut.contains(guest);
    }

    /** The content of a regular file. */
    public FileContent open(PlannedFile file) throws IOException, CrossbuildException {
        return file.node() instanceof GeneratedFile generated ? generated.open() : tree.open(file.node());
    }

    /** See {@link FileTree#storedBytes}. */
    public OptionalLong storedBytes() throws IOException, CrossbuildException {
        return tree.storedBytes();
    }

    /**
     * The texts of links once everything is in place.
     *
     * @param places the real place of a directory below the target root: it differs if the target root already has a
     *     link there
     */
    public LinkTexts linkTexts(UnaryOperator<String> places) {
        return new LinkTexts(tree, targetPaths, this, places);
    }

    /**
     * Takes out what is only part of a directory or MapDirs of the configuration, with everything below it. What is
     * needed for another reason stays, with its directories.
     *
     * @param unwanted decides for each path below the target root
     * @param needed paths in the guest that stay
     * @return what was taken out: a directory stands for its content
     */
    public List<PlannedFile> leaveOut(Predicate<String> unwanted, Set<String> needed) {
        List<PlannedFile> removed = new ArrayList<>();
        for (PlannedFile file : List.copyOf(files.values())) {
            if (files.containsKey(file.target()) && unwanted.test(file.target())) {
                List<PlannedFile> all = withContent(file);
                if (all.stream().allMatch(f -> f.reason().isOfDirectory() && !needed.contains(f.guest()))) {
                    all.forEach(f -> files.remove(f.target()));
                    removed.add(file);
                }
            }
        }
        return removed;
    }

    /** A file, and everything below it if it is a directory. */
    private List<PlannedFile> withContent(PlannedFile file) {
        List<PlannedFile> all = new ArrayList<>(List.of(file));
        // '0' is the character after '/'.
        all.addAll(files.subMap(file.target() + "/", file.target() + "0").values());
        return all;
    }

    /** Adds a file, whose parents must have been added. The first reason for a file is kept. */
    void add(PlannedFile file) throws CrossbuildException {
        if (file.target().isEmpty()) {
            return;
        }
        if (files.size() >= maxFiles && !files.containsKey(file.target())) {
            throw new CrossbuildException(
                    "Cannot extract '" + file.guest() + "': it is one of more than " + maxFiles
                            + " files (expected at most that many)",
                    AdviceKey.EXTRACT_LESS.advice());
        }
        PlannedFile old = files.putIfAbsent(file.target(), file);
        if (old == null || old.node().id() == file.node().id()) {
            return;
        }
        if (old.node().isDirectory() && file.node().isSymlink()) {
            replacedLinks.add(file);
        } else if (old.node().isSymlink() && file.node().isDirectory()) {
            files.put(file.target(), file);
            replacedLinks.add(old);
        } else if (!old.node().isDirectory()
                && !file.node().isDirectory()
                && file.reason().isOfLink()) {
            // The link leads to nothing.
        } else if (!old.node().isDirectory()
                && !file.node().isDirectory()
                && old.reason().isOfLink()) {
            files.put(file.target(), file);
        } else if (!old.node().isDirectory() || !file.node().isDirectory()) {
            problems.add("'" + old.guest() + "' and '" + file.guest() + "' of the guest would both become '"
                    + file.target() + "'");
        }
    }

    /**
     * Finishes the plan: what was reached through a link that is replaced by a directory is added to that directory
     * too.
     *
     * @throws ConfigException when two files have the same path
     */
    public void finish() throws IOException, CrossbuildException {
        while (!replacedLinks.isEmpty()) {
            spread(replacedLinks.remove(replacedLinks.size() - 1));
        }
        if (!problems.isEmpty()) {
            throw new ConfigException("the configuration", problems, AdviceKey.ABSOLUTE_PATH.advice());
        }
    }

    /** Replaces a link by a directory with the extracted part of the directory to which the link leads. */
    public void replaceByDirectory(PlannedFile link) throws IOException, CrossbuildException {
        files.remove(link.target());
        if (TreePaths.resolve(tree, link.guest()) instanceof TreePaths.Found found
                && found.node().isDirectory()) {
            files.put(
                    link.target(),
                    new PlannedFile(link.target(), found.path(), link.home(), found.node(), link.reason()));
            spread(link);
        } else {
            problems.add("the target root contains a directory '" + link.target() + "', where '" + link.guest()
                    + "' of the guest is a link to a file");
        }
        finish();
    }

    private void spread(PlannedFile link) throws IOException, CrossbuildException {
        if (!(TreePaths.resolve(tree, link.guest()) instanceof TreePaths.Found found)
                || !found.node().isDirectory()) {
            return;
        }
        String below = found.path().equals("/") ? "/" : found.path() + "/";
        for (PlannedFile file : List.copyOf(files.values())) {
            boolean original = file.target().equals(targetPaths.of(file.guest(), file.home()));
            boolean inLink =
                    file.target().equals(link.target()) || file.target().startsWith(link.target() + "/");
            if (original && !inLink && file.guest().startsWith(below)) {
                add(file.withTarget(link.target() + "/" + file.guest().substring(below.length())));
            }
        }
    }
}
