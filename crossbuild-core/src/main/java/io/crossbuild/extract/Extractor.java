// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.config.BuildConfig;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.ldso.OpenedFile;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies what a configuration names out of a guest's file tree, with everything that the program needs to run, into a
 * directory of the host. No guest code runs and nothing outside of that directory is written.
 */
public final class Extractor {
    private final FileTree tree;
    private final BuildConfig config;
    private final ExtractionOptions options;
    private final BuildListener listener;

    /** @param tree stays open */
    public Extractor(FileTree tree, BuildConfig config, ExtractionOptions options, BuildListener listener) {
        this.tree = tree;
        this.config = config;
        this.options = options;
        this.listener = listener;
    }

    /**
     * Extracts into a directory, which is made if it is not there. Everything is checked and all content is copied beside
     * its place before the first file is replaced; so a failure leaves the directory as it was. What an earlier extraction
     * wrote there and this one does not is removed, unless it was changed since.
     *
     * @throws ConfigException when the configuration names what is not in the guest
     * @throws io.crossbuild.error.ClosureException when the program would not start
     * @throws io.crossbuild.error.HostRequirementException when the host cannot hold a name, or something is in the way
     */
    public ExtractionResult extractTo(Path targetRoot) throws IOException, CrossbuildException, InterruptedException {
        Path root = targetRoot.toAbsolutePath().normalize();
        long start = System.nanoTime();
        listener.onEvent(new BuildEvent.PhaseStarted("Extracting", root.toString()));
        Landing landing = new Landing(tree);
        List<Selected> selected = new Selection(tree, config, landing).select();
        HostTraits traits = HostTraits.of(root);
        boolean follow = options.links() == ExtractionOptions.Links.FOLLOW || !traits.symlinks();
        Planner planner = new Planner(tree, landing, follow);
        for (Selected one : selected) {
            planner.take(one);
        }
        @Nullable String program = selected.stream()
                .filter(s -> s.key() == Selected.Key.PROGRAM)
                .map(Selected::guest)
                .findFirst()
                .orElse(null);
        Set<String> libraries = takeLibraries(planner, selected, program);
        planner.plan().finish();
        ReservedNames.check(planner.plan());
        NameCheck.check(planner.plan().files(), traits);
        note(planner.skipped(), "cannot be extracted (devices, pipes, sockets, links to nothing)");
        byte[] run = runConfiguration(planner, selected, libraries);
        ExtractionResult result =
                new TargetRoot(root, tree, landing, traits, options, listener).write(planner.plan(), run);
        listener.onEvent(new BuildEvent.PhaseFinished(
                "Extracting", root.toString(), Duration.ofNanos(System.nanoTime() - start)));
        return result;
    }

    /** Takes the closure and gives the target paths at which the loader opens it. */
    private Set<String> takeLibraries(Planner planner, List<Selected> selected, @Nullable String program)
            throws IOException, CrossbuildException {
        List<String> addons =
                planner.loadable().stream().filter(a -> !a.equals(program)).toList();
        Set<String> targets = new LinkedHashSet<>();
        if (program == null && addons.isEmpty()) {
            return targets;
        }
        // What a project in /root brings along stays beside it.
        boolean homeSelected = selected.stream().anyMatch(Selected::home);
        for (OpenedFile file : new Libraries(tree, listener).find(program, addons, config.env())) {
            boolean home = homeSelected && file.path().startsWith(Landing.HOME + "/");
            Cause cause = new Cause(
                    file.reason().requester(),
                    file.reason().name(),
                    file.reason().rule().text());
            @Nullable PlannedFile planned = planner.takePath(file.path(), home, cause);
            if (planned != null) {
                targets.add(planner.target(file.path(), home));
                takeNamedData(planner, file.path(), planned, targets);
            }
        }
        return targets;
    }

    private void takeNamedData(Planner planner, String requester, PlannedFile file, Set<String> targets)
            throws IOException, CrossbuildException {
        Set<String> named = NamedData.of(tree, file.node());
        for (String path : named) {
            if (planner.takePath(path, false, new Cause(requester, path, "data file named in it")) != null) {
                targets.add(planner.target(path, false));
            }
        }
        note(List.copyOf(named), "extracted too: '" + requester + "' names them");
    }

    private byte[] runConfiguration(Planner planner, List<Selected> selected, Set<String> libraries)
            throws IOException {
        @Nullable String program = null;
        Set<String> files = new LinkedHashSet<>(libraries);
        List<String> dirs = new ArrayList<>();
        for (Selected one : selected) {
            String target = planner.target(one.guest(), one.home());
            switch (one.key()) {
                case PROGRAM -> program = target;
                case FILES -> files.add(target);
                case DIRS -> dirs.add(target);
                case MAP_DIRS -> {
                    // Handed on as they are: OPS looks their keys up below the target root.
                }
            }
        }
        return RunConfiguration.write(config, program, files, dirs);
    }

    private void note(List<String> paths, String what) {
        if (!paths.isEmpty()) {
            listener.onEvent(new BuildEvent.Note(Listing.of(paths) + " " + what));
        }
    }
}
